const secret = /(?:^|_)(?:SECRET|SECRET_KEY|SECRET_KEY_BASE|SIGNING_KEY|ENCRYPTION_KEY|JWT_KEY|COOKIE_KEY|SESSION_KEY|MASTER_KEY|HMAC_KEY|PEPPER)$|(?:^|_)(?:ADMIN|ROOT|MASTER|SUPERUSER)_?(?:PASSWORD|PASS|PASSWD|TOKEN)$/
const apiKey = /(?:^|_)(?:API_?KEY|APIKEY|ACCESS_KEY)$/
// Keys that browsers send, which everybody may read, or the name of a key.
const open = /PUBLIC|PUBLISHABLE|ANON|^(?:VITE|REACT_APP|EXPO|GATSBY|NUXT_PUBLIC)_|SEARCH|SITE_KEY|FIREBASE|MAPS_|POSTHOG|AMPLITUDE|MIXPANEL|SEGMENT|SENTRY/
// Placeholders for servers that need no key.
const noKey = /^(?:none|null|empty|no[-_ ]?key.*|not[-_ ]?(?:needed|required|set|used|provided).*|n\/?a|dummy.*|fake.*|mock.*|test.*|placeholder|unused|ollama|lm-?studio|local.*|x+|-+|\.+|demo.*|public|anonymous|sk-(?:no|dummy|fake|test|x+)\b.*|<.*>|your[-_ ].*|\[?missing.*|undefined)$/i
const place = /^(?:[a-z][a-z+.-]*:\/\/|\/|\.{1,2}\/|~\/|arn:|projects\/|(?:[a-z][a-z.-]*\/)+[a-z][\w.-]*$)/i

/** Whether a variable of this name holds a secret, and the value, its default, would be one. */
export function isDefaultSecret(name: string, value: string): boolean {
  const upper = name.toUpperCase()
  if (value.trim() === '' || place.test(value) || open.test(upper)) return false
  return secret.test(upper) || (apiKey.test(upper) && value.length >= 8 && !noKey.test(value))
}

interface Refusals {
  /** Texts that are written more than once: the second time, mostly, to compare with the default. */
  readonly repeated: ReadonlySet<string>
  /** Variables whose absence the file tests, to end or to warn. */
  readonly tested: ReadonlySet<string>
  /** The file asks whether it runs in production and ends if so, or it is the settings of development alone. */
  readonly ofFile: boolean
}

const refusals = new WeakMap<object, Refusals>()

/** Whether a deployment without the secret does not start: elsewhere the file compares with the default, tests for the variable, or asks where it runs, and ends. `tree` is that of the text. */
export function isRefusedElsewhere(tree: object, text: string, name: string, value: string): boolean {
  let known = refusals.get(tree)
  if (known === undefined) refusals.set(tree, (known = readRefusals(text)))
  return known.ofFile || known.repeated.has(value) || known.tested.has(name)
}

function readRefusals(text: string): Refusals {
  const once = new Set<string>()
  const repeated = new Set<string>()
  for (const [, single, double] of text.matchAll(/'([^'\n]*)'|"([^"\n]*)"/g)) {
    const value = single ?? double ?? ''
    if (once.has(value)) repeated.add(value)
    once.add(value)
  }
  const ends = /\bprod(?:uction)?\b|DEBUG/i.test(text) && /\bthrow\b|\braise\b|\bexit\(/.test(text)
  const tested = new Set([...text.matchAll(/!\s*(?:process\.|Bun\.)?env\.(\w+)|\bnot\s+os\.(?:getenv|environ\.get)\(\s*["'](\w+)|["'](\w+)["']\s+not\s+in\s+os\.environ/g)].map(([, first, second, third]) => first ?? second ?? third ?? ''))
  return { repeated, tested, ofFile: ends || /^(?:DEBUG = True\b|TEST_RUNNER\b)/m.test(text) }
}

/** Where a name or a condition says that it is for development or tests. */
export const isForDevelopment = (words: string): boolean => /\b(?:dev|test|local)[A-Z_]/.test(words) || /prod(?:uction)?\b|NODE_ENV|DEBUG|(?<![a-z])(?:dev|development|local|tests?|testing)(?![a-z])|(?:is|in)(?:dev|local|test)/i.test(words)
