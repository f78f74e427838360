// A password alone: with a name or a salt that somebody sent it is as often what a protocol asks for.
const ofPassword = /^[\w.]*\(\s*(?:['"](?:md5|sha-?1)['"]\s*\)\s*\.update\(\s*)?(?:[\w$]+\.){0,3}(?:\w+\[['"])?(?:password|passwd|passphrase)(?:['"]\])?(?:\.encode\([^()]{0,20}\))?\s*(?:,\s*['"]\w+['"]\s*)?\)\s*\.(?:hex)?digest\(/i
const kept = /(?:hash|digest|encrypt)\w{0,20}passw|passw\w{0,12}(?:hash|digest)/i
const farthest = 250

/** Broken hashes tell files apart, and old protocols are made of them. What is kept of a password is found by trying. */
export function isNoKeptPassword(text: string, start: number): boolean {
  return !ofPassword.test(text.slice(start, start + farthest)) || !kept.test(text.slice(Math.max(0, start - farthest), start))
}
