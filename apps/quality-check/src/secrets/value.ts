import { wordLikeness } from './letter-pairs.ts'

/** What a literal looks like: generated, chosen as a password by a person, or neither. */
export type Likeness = 'random' | 'password' | 'none'

const wordUnder = 4.7

// Placeholders.
const longPlaceholders =
  /example|sample|change[-_ ]?(?:this|it)|changeme|change_me|place[-_ ]?holder|your[-_ ]|x{5,}|\*{3,}|\.{3}|…|redacted|lorem|goes[-_ ]?here|not[-_ ](?:a|the)?[-_ ]?(?:real|used|needed|secret)|[._-]fake[._-]|abcdefg|0123456|1234567|9876543|qwertyu|asdf(?:[a-z]{0,4})asdf|asdfgh|deadbeef|cafebabe|0{8}|1{8}|f{8}|a{8}/i
const shortPlaceholders = /your|dummy|x{4}|replace|insert|removed|hidden|masked|fixme|todo|tbd|fill[-_ ]?(?:in|me)|put[-_ ]|enter[-_ ]|unused|abcdef|012345|123456|987654|qwerty/i
const placeholderWords = new Set(
  'test tests testing tester fake mock mocked stub foo bar baz qux quux demo default none null nil undefined true false yes no on off string str text number int bool boolean object any void value val data password passwords passwd pass pwd secret secrets secretkey token tokens key keys apikey credential credentials auth login user username name admin administrator root guest anonymous public private basic bearer digest jwt oauth oauth2 oidc saml ldap hash salt required optional invalid valid wrong right correct incorrect bad good expired missing empty blank unknown unset my the some new old abc abcd asdf asdfasdf pw passphrase local localhost dev development prod production stage staging database db mysql postgres postgresql redis mongo mongodb rabbitmq minio elastic hello world hunter2 temp tmp plain plaintext encrypted random unit integration xyz xxx yyy zzz aaa bbb ccc'.split(' '),
)
// Words that show that a text is the name of a credential, not its value.
const namingWords = /(?:password|passwd|passphrase|secret|token|api.?key|credential|auth|login|user|client|account|access|private|session|field|input|label|error|message|invalid|header|param|config|setting|env|name|service|system)/i

/** Template marks, look-ups and masks: the value is inserted at run time. */
const computed = /\$\{|\$\(|\{\{|#\{|<%|%\(|%[sdv@]|^\$[A-Za-z_]|^%\w+%$|^@\w+@$|^<[^>]*>$|^\[[^\]]*\]$|^\{[^}]*\}$|^__\w+__$|^[*•.\-_#?]+$|^(?:vault|secret|secretsmanager|ssm|arn|op|env|file|ref|kms|sops|gcp|aws-sm|keyvault)[:!]|^ENC[[(]|^!|\\[dwsSW]|process\.env|os\.environ|getenv|System\.get/

/** Text of another known form: a URL, path, selector, type, date, version, mail address and others. */
const known =
  /^(?:[a-z][a-z\d+.-]*:\/\/|\.{0,2}\/[\w./-]*$|[A-Za-z]:\\|~\/|[.#][a-z][\w-]*$|data:|(?:application|text|image|audio|video|multipart)\/|\d+(?:\.\d+)*$|v?\d+\.\d+\.\d+|[a-z]+(?:-[a-z]+)*-\d+\.\d+\.\d+$|\d{4}-\d\d-\d\d|[\w.+-]+@[\w-]+\.[\w.]+$|sha(?:1|256|384|512)-|sha256:|md5:|[\w/-]+(?:\.[\w-]+)*\.(?:js|ts|py|go|json|ya?ml|txt|pem|key|crt|cer|p12|jks|pfx|html?|css|php|java|rb|rs|com|org|net|io|dev|local|png|svg|sql|log|conf|xml|env|gpg|asc|pub|properties)(?:\?\w*)?$|(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-)|LS0tLS1CRUdJTi(?:BDRV|BQVU)|-----)/i

/** Whether the value is inserted at run time, or by a person. */
export function isPlaceholder(value: string): boolean {
  if (value.length < 4 || computed.test(value) || longPlaceholders.test(value) || new Set(value.toLowerCase()).size < 4) return true
  if (value.length < 24 && shortPlaceholders.test(value)) return true
  const words = wordsOf(value).filter((word) => !/^\d+$/.test(word))
  return words.length <= 5 && words.some((word) => placeholderWords.has(word)) && words.every((word) => placeholderWords.has(word) || word.length < 3)
}

/** The lower-case words and numbers of a name in any notation. */
export function wordsOf(name: string): string[] {
  return (name.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+/g) ?? []).map((word) => word.toLowerCase())
}

/** Classifies a literal in the position of a credential. */
export function likenessOf(value: string): Likeness {
  if (value.length > 4096 || known.test(value)) return 'none'
  if (isDrawnFromAll(value)) return 'random'
  if (isPlaceholder(value) || /[^\x21-\x7e]/.test(value)) return 'none'
  if (isRandom(value)) return 'random'
  return isPassword(value) ? 'password' : 'none'
}

/** Whether it looks generated: one alphabet, long, and without words. */
export function isRandom(value: string): boolean {
  if (/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(value)) return true
  if (value.length < 15 || isWordy(value)) return false
  if (/^(?:0x)?[\da-f]+$/i.test(value)) return value.length >= 20 && /\d/.test(value) && /[a-f]/i.test(value) && entropy(value) >= 2.8
  if (!/^[\w+/=.~:@!#$%^&*?-]+$/.test(value)) return false
  if (!/\d/.test(value)) return /^[A-Za-z+/=_-]{20,}$/.test(value) && alternations(value) >= 6
  return /[A-Za-z]/.test(value) && entropy(value) >= 3
}

/** Short, with a different kind of character at nearly every position. People put digits and signs at the end. */
export function isMixedByMachine(value: string): boolean {
  if (value.length < 10 || value.length > 40 || !/^[\w!@#$%^&*.~+-]+$/.test(value) || !/[a-z]/.test(value) || !/[A-Z]/.test(value) || !/\d/.test(value)) return false
  return kindsInTurn(value) >= value.length * 0.6 && !isWordy(spelled(value))
}

// "MyP@ssw0rd": a word with signs in place of letters.
const letters: Readonly<Record<string, string>> = { '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's', '!': 'i' }
const spelled = (value: string): string => value.replace(/[0134579@$!]/g, (sign) => letters[sign] ?? sign).toLowerCase()
const kindsInTurn = (value: string): number => value.match(/[a-z]+|[A-Z]+|\d+|[^A-Za-z\d]+/g)?.length ?? 0

/** Long, with letters, digits and all kinds of signs, like Django's generated keys. They may contain brackets and what looks like a template mark. */
function isDrawnFromAll(value: string): boolean {
  if (value.length < 40 || value.length > 100 || !/^[\x20-\x7e]+$/.test(value)) return false
  const signs = value.match(/\W/g) ?? []
  // Brackets, spaces and slashes are as often those of code.
  const leastKinds = /^[\w!@#$%^&*()+=~?.:-]+$/.test(value) ? 4 : 10
  return signs.length >= 5 && new Set(signs).size >= leastKinds && (value.match(/\d/g) ?? []).length >= 3 && entropy(value) >= 4.4 && !isWordy(value)
}

/** Mixed characters as in a person's password, or letters that are not a word. */
function isPassword(value: string): boolean {
  if (value.length < 5 || value.length > 64 || isCode(value)) return false
  const letters = /[A-Za-z]/.test(value)
  const digits = /\d/.test(value)
  if (/[!@#$%^&*?~+=]/.test(value)) return value.length >= 6 && letters && !/^[#@$&?*!]?[\w-]+$|^[\w-]+[=?&*]+$/.test(value.replace(/(?<=\d)[!?*]$/, ''))|| (letters && digits && value.length >= 6)
  if (letters && digits) return !isName(value)
  if (digits) return false
  if (value.length >= 10 && value.length <= 24 && alternations(value) >= 5 && !isWordy(value)) return true
  return value.length >= 6 && /^[A-Za-z]+$/.test(value) && value.length <= 24 && words(value).some((word) => word.length >= 6 && wordLikeness(word) < wordUnder - 0.5)
}

// A call, a property path, a comparison, a list: code in an unquoted value or a string.
function isCode(value: string): boolean {
  return /[()<>{}[\];|\\"'`,]|=>|==|&&|->|::|^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$|^[\w-]+=[\w-]*$|^[?&]|=.*&|^--?[a-z]|^@[a-z]+\//.test(value)
}

/** A name: words in one of the notations, with a number or two. */
function isName(value: string): boolean {
  const parts = value.split(/[-_./:\s]/).filter((part) => part !== '')
  if (parts.length === 1) return namingWords.test(value) || /^[a-z]+\d{1,2}$/i.test(value) && wordLikeness(value.replace(/\d/g, '')) >= wordUnder || /^[a-z]{1,3}\d{1,4}$/i.test(value)
  return parts.every((part) => /^v?\d{1,4}$/i.test(part) || /^[A-Za-z]{1,3}$/.test(part) || (/^[A-Za-z]+\d{0,2}$/.test(part) && isWordy(part)))
}

/** "xoxp-1-YourTokenHere": generated letters do not read like words. */
export const endsInWords = (value: string): boolean => isWordy(/[-_]([A-Za-z]{6,})$/.exec(value)?.[1] ?? '0')

/** Whether the letters of a text are mostly words. */
export function isWordy(value: string): boolean {
  const found = words(value)
  const inWords = found.filter((word) => word.length >= 4 && wordLikeness(word) >= wordUnder).reduce((sum, word) => sum + word.length, 0)
  return inWords >= value.replace(/[^A-Za-z0-9]/g, '').length * 0.55
}

function words(value: string): string[] {
  return value.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g) ?? []
}

/** The entropy in bits per character, by the text's own frequencies. */
export function entropy(value: string): number {
  const counts = new Map<string, number>()
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length)
  return bits
}

function alternations(value: string): number {
  let changes = 0
  for (let index = 1; index < value.length; index++) if (isUpper(value.charCodeAt(index)) !== isUpper(value.charCodeAt(index - 1))) changes++
  return changes
}

const isUpper = (code: number): boolean => code >= 65 && code <= 90
