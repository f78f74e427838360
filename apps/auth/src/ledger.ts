import { createHash, createHmac, hkdfSync } from 'node:crypto'
import { sameDigest } from './key-material.ts'

/** Something that happened and is recorded. */
export interface Fact {
  /** Derived from the change, so that a repeat is recognised. */
  readonly factId: string
  readonly occurredAt: Date
  readonly subject: string
  readonly keyId: string
  readonly action: string
  readonly target: string
  readonly outcome: string
  /** Never user text, code or secrets, because ledger entries cannot be deleted. */
  readonly detail: Readonly<Record<string, string | number>>
}

/** A fact at its position in the chain. */
export interface Entry extends Omit<Fact, 'occurredAt' | 'detail'> {
  readonly sequence: bigint
  /** UTC with microseconds, as Postgres stores it: "2026-01-31T08:00:00.000000Z". */
  readonly occurredAt: string
  readonly detail: string
  readonly previousHash: string
  readonly hash: string
}

/** The end of the chain. An intruder in the database cannot forge its signature. */
export interface Head {
  readonly sequence: bigint
  readonly hash: string
  readonly signature: string
}

export type Verdict = { readonly entries: bigint; readonly headHash: string } & (
  | { readonly intact: true }
  | { readonly intact: false; readonly firstBroken: bigint; readonly reason: string }
)

/** The previous hash of entry 1. */
export const genesisHash = '0'.repeat(64)

/** Signs heads. The key is derived from the pepper, but does not reveal it or any API key. */
export function headKeyFrom(pepper: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', pepper, '', 'elder audit head v1', 32))
}

// Domain separation: hashed data begins with its kind, so that a hash of one kind is never valid for another. Changing these strings invalidates every ledger.
const entryTag = 'elder.audit.v1'
const headTag = 'elder.audit.head.v1'

/**
 * SHA-256, in hex, over these fields as netstrings ("<bytes of UTF-8>:<text>,"), in this order: "elder.audit.v1", sequence,
 * fact id, occurred at, subject, key id, action, target, outcome, detail, previous hash. The length before each field ensures that
 * two different entries are never encoded alike.
 */
export function hashOf(entry: Omit<Entry, 'hash'>): string {
  const { sequence, factId, occurredAt, subject, keyId, action, target, outcome, detail, previousHash } = entry
  const fields = [entryTag, String(sequence), factId, occurredAt, subject, keyId, action, target, outcome, detail, previousHash]
  return createHash('sha256').update(fields.map(netstring).join('')).digest('hex')
}

export function signHead(headKey: Uint8Array, sequence: bigint, hash: string): Head {
  return { sequence, hash, signature: signatureOf(headKey, sequence, hash).toString('hex') }
}

export function isSigned(headKey: Uint8Array, head: Head): boolean {
  return sameDigest(Buffer.from(head.signature, 'hex'), signatureOf(headKey, head.sequence, head.hash))
}

/**
 * Appends facts to the chain that ends at this head. An unsigned head is continued without a signature. Revoking a key
 * must work even after a break-in, but signing would hide what was removed. Verification reports it from then on.
 */
export function extendChain(headKey: Uint8Array, head: Head, facts: readonly Fact[]): { head: Head; entries: Entry[] } {
  let { sequence, hash } = head
  const entries = facts.map((fact) => {
    sequence += 1n
    const entry = { ...fact, sequence, occurredAt: microseconds(fact.occurredAt), detail: canonicalJson(fact.detail), previousHash: hash }
    hash = hashOf(entry)
    return { ...entry, hash }
  })
  if (isSigned(headKey, head)) return { head: signHead(headKey, sequence, hash), entries }
  return { head: { sequence, hash, signature: unsignedSince(lastTrusted(head)) }, entries }
}

/** Replaces the signature from the first append to an unsigned head on. */
export function unsignedSince(sequence: bigint): string {
  return `unsigned since ${sequence}`
}

/**
 * Recomputes every entry in order and compares the end with the signed head. Detects edits, removals, insertions and
 * truncation, and returns the first inconsistency.
 */
export async function verifyChain(headKey: Uint8Array, head: Head | undefined, pages: AsyncIterable<readonly Entry[]>): Promise<Verdict> {
  let sequence = 0n
  let hash = genesisHash
  const broken = (firstBroken: bigint, reason: string): Verdict => ({ intact: false, entries: sequence, headHash: hash, firstBroken, reason })
  for await (const page of pages) {
    for (const entry of page) {
      const expected = sequence + 1n
      const misfit = misfitOf(entry, expected, hash)
      if (misfit !== undefined) return broken(expected, misfit)
      sequence = expected
      hash = entry.hash
    }
  }
  if (head === undefined) return broken(sequence + 1n, 'the signed head of the ledger is missing: entries may have been removed from its end')
  if (!isSigned(headKey, head)) {
    const trusted = lastTrusted(head)
    return broken(trusted + 1n, `the head of the ledger was not signed by this platform: entries after ${trusted} may have been removed`)
  }
  if (head.sequence > sequence) return broken(sequence + 1n, `entries ${sequence + 1n} to ${head.sequence} are missing from the end`)
  if (head.sequence < sequence) return broken(head.sequence + 1n, `entry ${head.sequence + 1n} stands beyond the signed end of the ledger`)
  if (head.hash !== hash) return broken(sequence, `entry ${sequence} is not the one the head was signed for`)
  return { intact: true, entries: sequence, headHash: hash }
}

/** Why an entry is invalid at this position, after the entry with this hash; undefined when it is valid. */
function misfitOf(entry: Entry, expected: bigint, previousHash: string): string | undefined {
  if (entry.sequence > expected) return `entry ${expected} is missing`
  if (entry.sequence < expected) return `an entry numbered ${entry.sequence} was put in front of entry 1`
  if (hashOf(entry) !== entry.hash) return `entry ${expected} was changed after it was written`
  if (entry.previousHash !== previousHash) return `entry ${expected} does not follow the entry before it: one of the two was replaced`
  return undefined
}

function lastTrusted(head: Head): bigint {
  const since = /^unsigned since (\d{1,18})$/.exec(head.signature)?.[1]
  return since === undefined ? head.sequence : BigInt(since)
}

function signatureOf(headKey: Uint8Array, sequence: bigint, hash: string): Buffer {
  return createHmac('sha256', headKey).update([headTag, String(sequence), hash].map(netstring).join('')).digest()
}

function netstring(text: string): string {
  return `${Buffer.byteLength(text)}:${text},`
}

function canonicalJson(detail: Fact['detail']): string {
  return JSON.stringify(Object.fromEntries(Object.entries(detail).sort(([a], [b]) => (a < b ? -1 : 1))))
}

function microseconds(at: Date): string {
  return `${at.toISOString().slice(0, -1)}000Z`
}
