// A password alone. Combined with a user name or a salt, the hash is as often part of a protocol.
const ofPassword = /^[\w.]*\(\s*(?:['"](?:md5|sha-?1)['"]\s*\)\s*\.update\(\s*)?(?:[\w$]+\.){0,3}(?:\w+\[['"])?(?:password|passwd|passphrase)(?:['"]\])?(?:\.encode\([^()]{0,20}\))?\s*(?:,\s*['"]\w+['"]\s*)?\)\s*\.(?:hex)?digest\(/i
const kept = /(?:hash|digest|encrypt)\w{0,20}passw|passw\w{0,12}(?:hash|digest)/i
const farthest = 250

/** Whether the hash is not one of a stored password. Broken hashes are fine as checksums and part of old protocols; a stored password can be guessed from them. */
export function isNoKeptPassword(text: string, start: number): boolean {
  return !ofPassword.test(text.slice(start, start + farthest)) || !kept.test(text.slice(Math.max(0, start - farthest), start))
}
