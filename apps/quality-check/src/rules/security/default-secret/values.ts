const secret = /(?:^|_)(?:SECRET|SECRET_KEY|SECRET_KEY_BASE|SIGNING_KEY|ENCRYPTION_KEY|JWT_KEY|COOKIE_KEY|SESSION_KEY|MASTER_KEY|HMAC_KEY|PEPPER)$|(?:^|_)(?:ADMIN|ROOT|MASTER|SUPERUSER)_?(?:PASSWORD|PASS|PASSWD|TOKEN)$/
const apiKey = /(?:^|_)(?:API_?KEY|APIKEY|ACCESS_KEY)$/
// Meant to be read by everybody, or the name of something and not the thing.
const open = /PUBLIC|PUBLISHABLE|ANON|^(?:VITE|REACT_APP|EXPO|GATSBY|NUXT_PUBLIC)_|SEARCH|SITE_KEY/
// What a server that asks for no key is given.
const noKey = /^(?:none|null|empty|no[-_ ]?key.*|not[-_ ]?(?:needed|required|set|used|provided).*|n\/?a|dummy.*|fake.*|mock.*|test.*|placeholder|unused|ollama|lm-?studio|local.*|x+|-+|\.+|demo.*|public|anonymous|sk-(?:no|dummy|fake|test|x+)\b.*|<.*>|your[-_ ].*|\[?missing.*|undefined)$/i
const place = /^(?:[a-z][a-z+.-]*:\/\/|\/|\.{1,2}\/|~\/|arn:|projects\/|(?:[a-z][a-z.-]*\/)+[a-z][\w.-]*$)/i

/** Whether a variable of the environment of this name, left out, is replaced with a secret that everybody can read. */
export function isDefaultSecret(name: string, value: string): boolean {
  const upper = name.toUpperCase()
  if (value.trim() === '' || place.test(value) || open.test(upper)) return false
  return secret.test(upper) || (apiKey.test(upper) && value.length >= 8 && !noKey.test(value))
}

/** Elsewhere the file asks where it runs, or for this value, and ends: a deployment without the secret does not start. */
export function isRefusedElsewhere(text: string, value: string): boolean {
  return [`'${value}'`, `"${value}"`].reduce((count, quoted) => count + text.split(quoted).length - 1, 0) > 1 || (/\bprod(?:uction)?\b|DEBUG/i.test(text) && /\bthrow\b|\braise\b|\bexit\(/.test(text))
}

/** Where a name or a condition says that it is for development or tests. */
export const isForDevelopment = (words: string): boolean => /prod(?:uction)?\b|NODE_ENV|DEBUG|(?<![a-z])(?:dev|development|local|tests?|testing)(?![a-z])|(?:is|in)(?:dev|local|test)/i.test(words)
