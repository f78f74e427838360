import type { TextPlace } from '../rules/rule.ts'
import { findCandidates, isProse, type Candidate } from './candidates.ts'
import { findPairs } from './pairs.ts'
import { providerOf } from './keyed-formats.ts'
import { isMixedByMachine, isRandom, likenessOf, isWordy, entropy } from './value.ts'

export interface Credential {
  readonly start: number
  readonly end: number
  /** Generated; otherwise chosen by a person. */
  readonly random: boolean
  /** Its alphabet, length and density are those of a generated secret only. */
  readonly isDrawn: boolean
  /** "Datadog API key"; undefined when only the name of the variable is known. */
  readonly provider: string | undefined
  readonly key: string
  /** Inside a message or an address, which somebody is shown. */
  readonly told: boolean
}

const passwordHash = /^(?:\$(?:2[abxy]?|argon2\w*|[1567y]|scrypt|pbkdf2[\w-]*)\$|\{(?:SSHA|SHA|MD5|bcrypt|noop)|pbkdf2[_:]|scrypt:|bcrypt|SCRAM-SHA-)/i
// '0002_auto_20160226_1747': the name of a database migration.
const numberedStep = /^\d{4}_[a-z]\w*$/
// "user:{SHA}…" in base64: the stored password hashes of a cluster.
const passwordFile = /^[\w.@-]{1,60}:(?:\$(?:apr1|2[abxy]?|[156y])\$|\{S?SHA\})/
// The public key of the storage emulator.
const emulatorKey = /^Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/
// A bot's number followed by text that is not a token, because it has the wrong length.
const noBotToken = /^\d+:(?!A[\w-]{34}$)[\w-]+$/
const scheme = /^(?:Bearer|Basic|Token|token|ApiKey|apikey|Bot|Splunk|SSWS|GenieKey)[ :]+/i

let last: { text: string; extension: string; found: Credential[] } | undefined

/** Finds literals that are credentials by their name and their value. The last result is cached, because two rules need it. */
export function findCredentials(text: string, place: TextPlace): Credential[] {
  if (last?.text === text && last.extension === place.extension) return last.found
  const strict = isProse(place)
  const found = [...findCandidates(text, place), ...findPairs(text)].flatMap((candidate) => judge(candidate, strict, text).map((found) => (isShared(text, found.start) ? { ...found, random: false, told: true } : found)))
  last = { text, extension: place.extension, found }
  return found
}

/** Clears the cache, so that no text stays in memory. */
export function forgetCredentials(): void {
  last = undefined
}

/** In a URL, a plain key or token is as often the id of a shared page. */
function isShared(text: string, start: number): boolean {
  return /[?&](?:key|token|auth|sig|signature|shared_?key)=$/i.test(text.slice(Math.max(0, start - 16), start))
}

/** An example: "For example otpauth://…", or text after a shell prompt. */
function isExample(text: string, start: number): boolean {
  return /\b(?:e\.g\.|for example|for instance|such as|(?:iex|irb|In)(?:[([]\d+[)\]])?>|>>>)[^\n]{0,100}$/i.test(text.slice(Math.max(0, start - 130), start))
}

function judge(candidate: Candidate, strict: boolean, text: string): Credential[] {
  const { key, kind, start, end } = candidate
  const prefix = scheme.exec(candidate.value)?.[0] ?? ''
  const value = candidate.value.slice(prefix.length)
  if (value.length < (kind === 'unsure' ? 8 : 4) || passwordHash.test(value) || emulatorKey.test(value) || isPasswordFile(value) || numberedStep.test(value) || noBotToken.test(value) || namesItself(key, value)) return []
  if (kind === 'unsure' && isTestVector(value, text, start)) return []
  const provider = providerOf(key, value)
  const credential = (random: boolean): Credential[] => [{ start: start + prefix.length, end, random, isDrawn: isDense(value), provider, key, told: candidate.bare || isExample(text, start) }]
  if (/^Basic/i.test(prefix)) return isBasic(value) ? credential(true) : []
  const likeness = likenessOf(value)
  if (likeness === 'none') return []
  if (provider !== undefined || likeness === 'random') return kind !== 'unsure' || prefix !== '' || isDense(value) ? credential(true) : []
  if (strict ? !isMixedByMachine(value) : candidate.bare) return []
  return kind === 'password' || (value.length >= 8 && /\d/.test(value) && (kind === 'secret' || (kind === 'token' && value.length >= 10 && !isWordy(value)))) ? credential(false) : []
}

// The key of a cipher's test, beside its input and output.
const ofTest = /\b(?:iv|ct|pt|aad|okm|ikm|prk|msg|nonce|ciphertext|cipher_?text|plaintext|plain_?text|digest|tag|mac)["']?\s{0,4}[:=]/i
const isTestVector = (value: string, text: string, start: number): boolean => /^[\da-f]+$/i.test(value) && ofTest.test(text.slice(Math.max(0, start - 200), start + value.length + 200))

function isPasswordFile(value: string): boolean {
  return /^[A-Za-z0-9+/]{24,}={0,2}$/.test(value) && passwordFile.test(Buffer.from(value, 'base64').toString('latin1'))
}

// "Basic" and a user and password in base64.
function isBasic(value: string): boolean {
  if (!/^[A-Za-z0-9+/]{8,}={0,2}$/.test(value)) return false
  const plain = Buffer.from(value, 'base64').toString('latin1')
  return /^[\x20-\x7e]+:[\x20-\x7e]+$/.test(plain) && likenessOf(plain.slice(plain.indexOf(':') + 1)) !== 'none'
}

// A plain "key" may hold anything, and base64 may be plain text.
function isDense(value: string): boolean {
  if (/^[\da-f-]+$/i.test(value)) return /^[\da-f]{32,}$/i.test(value)
  return value.length >= 20 && isRandom(value) && !/^[\x20-\x7e]+$/.test(Buffer.from(value, 'base64').toString('latin1')) && entropy(value) >= 3.8 && /[a-z]/.test(value) && /[A-Z]/.test(value) && /\d/.test(value)
}

function namesItself(key: string, value: string): boolean {
  const plain = (text: string): string => text.replace(/[^A-Za-z0-9]/g, '').toLowerCase()
  const name = plain(key)
  const content = plain(value)
  return content.length >= 4 && (name.includes(content) || content.includes(name.slice(-24)) && name.length >= 6 && !/\d{2,}|[!@#$%^&*]/.test(value))
}
