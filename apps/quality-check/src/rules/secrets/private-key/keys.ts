import { entropy } from '../../../secrets/value.ts'

export interface PrivateKey {
  readonly start: number
  readonly end: number
  readonly name: string
}

const header = /-----BEGIN (?:(RSA|EC|DSA|OPENSSH|SSH2|PGP|ANY) )?PRIVATE KEY(?: BLOCK)?-----/y
const names: Readonly<Record<string, string>> = { RSA: 'RSA private key', EC: 'elliptic-curve private key', DSA: 'DSA private key', OPENSSH: 'SSH private key', SSH2: 'SSH private key', PGP: 'PGP private key' }
const bodyLength = 400
const leastBody = 40
// DER keys begin with a SEQUENCE. Other formats are listed below.
const der = /^M/
// "openssh-key-v1" and the cipher "none".
const beginnings: Readonly<Record<string, RegExp>> = { OPENSSH: /^b3BlbnNzaC1rZXktdjEAAAAABG5vbmU/, SSH2: /^/, PGP: /^/ }

/** Finds private keys without a passphrase: every kind of PEM, also in string literals and base64, and PuTTY's format. */
export function findPrivateKeys(text: string): PrivateKey[] {
  return [...occurrences(text, '-----BEGIN ').flatMap((at) => pemAt(text, at)), ...occurrences(text, 'PuTTY-User-Key-File-').flatMap((at) => puttyAt(text, at)), ...occurrences(text, 'LS0tLS1CRUdJTi').flatMap((at) => encodedAt(text, at))]
}

function occurrences(text: string, mark: string): number[] {
  const found: number[] = []
  for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, at + mark.length)) found.push(at)
  return found
}

function pemAt(text: string, at: number): PrivateKey[] {
  header.lastIndex = at
  const match = header.exec(text)
  if (match === null) return []
  const body = text.slice(header.lastIndex, header.lastIndex + bodyLength).split('-----', 1)[0] as string
  if (/Proc-Type:\s*4,ENCRYPTED|\.{3}|…/.test(body)) return []
  const plain = body.replace(/\\[nrt]|[\s"'`+,;\\]|(?:Version|Comment|Hash):[^\n]{0,80}/g, '')
  const run = /^[^A-Za-z0-9+/]*([A-Za-z0-9+/=]*)/.exec(plain)?.[1] ?? ''
  if (run.length < leastBody || entropy(run) < 3.5) return []
  if (!(beginnings[match[1] ?? ''] ?? der).test(run)) return []
  return [{ start: at, end: header.lastIndex, name: names[match[1] ?? ''] ?? 'private key' }]
}

function puttyAt(text: string, at: number): PrivateKey[] {
  const head = text.slice(at, at + bodyLength)
  return /^Encryption: none\r?$/m.test(head) && /^Public-Lines: \d/m.test(head) ? [{ start: at, end: at + (head.split('\n', 1)[0] as string).length, name: 'PuTTY private key' }] : []
}

function encodedAt(text: string, at: number): PrivateKey[] {
  const run = /^[A-Za-z0-9+/]{100,4000}/.exec(text.slice(at, at + 4000))?.[0]
  if (run === undefined) return []
  const plain = Buffer.from(run, 'base64').toString('latin1')
  return pemAt(plain, 0).map(({ name }) => ({ start: at, end: at + run.length, name }))
}
