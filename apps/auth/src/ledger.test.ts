import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { extendChain, genesisHash, hashOf, headKeyFrom, signHead, verifyChain, type Entry, type Fact, type Head } from './ledger.ts'

const headKey = headKeyFrom('a pepper')
const empty = signHead(headKey, 0n, genesisHash)

const fact = (name: string): Fact => ({
  factId: name,
  occurredAt: new Date('2026-03-01T10:00:00.123Z'),
  subject: 'ann',
  keyId: 'abcd1234',
  action: 'request',
  target: '/v1/checks',
  outcome: 'ok',
  detail: { status: 200, client: 'curl' },
})

async function* paged(...pages: Entry[][]) {
  yield* pages
}

const chain = (...names: string[]): { head: Head; entries: Entry[] } => extendChain(headKey, empty, names.map(fact))

test('hashes exactly the encoding that its documentation names', () => {
  const [entry] = chain('größe').entries
  const encoded =
    `14:elder.audit.v1,1:1,7:größe,27:2026-03-01T10:00:00.123000Z,3:ann,8:abcd1234,7:request,10:/v1/checks,2:ok,` +
    `30:{"client":"curl","status":200},64:${genesisHash},`
  expect(entry?.hash).toBe(createHash('sha256').update(encoded).digest('hex'))
})

test('tells entries apart whose fields run together to the same text', () => {
  const [entry] = chain('one').entries as [Entry]
  expect(hashOf({ ...entry, subject: 'ab', keyId: 'c' })).not.toBe(hashOf({ ...entry, subject: 'a', keyId: 'bc' }))
})

test('finds a chain intact that was appended in several goes and is read in several pages', async () => {
  const first = chain('one', 'two')
  const second = extendChain(headKey, first.head, [fact('three')])
  const verdict = await verifyChain(headKey, second.head, paged(first.entries, second.entries))
  expect(verdict).toEqual({ intact: true, entries: 3n, headHash: second.entries[0]?.hash })
})

test('finds a chain intact that nothing was appended to', async () => {
  expect(await verifyChain(headKey, empty, paged())).toMatchObject({ intact: true, entries: 0n })
})

test.each<keyof Entry>(['factId', 'occurredAt', 'subject', 'keyId', 'action', 'target', 'outcome', 'detail', 'previousHash', 'hash'])('finds an entry whose %s was changed', async (field) => {
  const { head, entries } = chain('one', 'two', 'three')
  const changed = entries.map((entry) => (entry.sequence === 2n ? { ...entry, [field]: `${entry[field]}0` } : entry))
  expect(await verifyChain(headKey, head, paged(changed))).toMatchObject({ intact: false, firstBroken: 2n, reason: expect.stringContaining('entry 2 was changed') })
})

test('finds an entry that was replaced together with its hash', async () => {
  const { head, entries } = chain('one', 'two', 'three')
  const forged = entries.map((entry) => {
    if (entry.sequence !== 2n) return entry
    const other = { ...entry, subject: 'bob' }
    return { ...other, hash: hashOf(other) }
  })
  expect(await verifyChain(headKey, head, paged(forged))).toMatchObject({ intact: false, firstBroken: 3n })
  expect(await verifyChain(headKey, head, paged(forged.slice(0, 2)))).toMatchObject({ intact: false })
})

test('detects a chain that was rewritten without the key of the head', async () => {
  const { head } = chain('one', 'two')
  const forged = extendChain(headKeyFrom('another pepper'), signHead(headKeyFrom('another pepper'), 0n, genesisHash), [fact('x'), fact('y')])
  expect(await verifyChain(headKey, head, paged(forged.entries))).toMatchObject({ intact: false, firstBroken: 2n, reason: expect.stringContaining('not the one the head was signed for') })
  expect(await verifyChain(headKey, forged.head, paged(forged.entries))).toMatchObject({ intact: false, reason: expect.stringContaining('not signed by this platform') })
})

test.each([
  ['the first entry', [1], 1n, 'entry 1 is missing'],
  ['an entry in the middle', [2], 2n, 'entry 2 is missing'],
  ['the end', [2, 3], 2n, 'entries 2 to 3 are missing from the end'],
  ['everything', [1, 2, 3], 1n, 'entries 1 to 3 are missing from the end'],
])('finds that %s was removed', async (_what, removed, firstBroken, reason) => {
  const { head, entries } = chain('one', 'two', 'three')
  const left = entries.filter(({ sequence }) => !removed.includes(Number(sequence)))
  expect(await verifyChain(headKey, head, paged(left))).toMatchObject({ intact: false, firstBroken, reason })
})

test('finds entries put before the first and behind the last', async () => {
  const { head, entries } = chain('one', 'two')
  const before = { ...(entries[0] as Entry), sequence: 0n, factId: 'zero' }
  expect(await verifyChain(headKey, head, paged([before, ...entries]))).toMatchObject({ intact: false, firstBroken: 1n })
  const behind = extendChain(headKey, head, [fact('three')]).entries
  expect(await verifyChain(headKey, head, paged([...entries, ...behind]))).toMatchObject({ intact: false, firstBroken: 3n, reason: expect.stringContaining('beyond the signed end') })
})

test('does not sign over a truncation: later entries are kept and the place stays known', async () => {
  const { entries } = chain('one', 'two', 'three')
  const cutHead = { sequence: 1n, hash: entries[0]?.hash as string, signature: 'ab'.repeat(32) }
  const later = extendChain(headKey, cutHead, [fact('four')])
  const latest = extendChain(headKey, later.head, [fact('five')])
  const verdict = await verifyChain(headKey, latest.head, paged([entries[0] as Entry], later.entries, latest.entries))
  expect(verdict).toMatchObject({ intact: false, firstBroken: 2n, reason: 'the head of the ledger was not signed by this platform: entries after 1 may have been removed' })
})

test('misses no head', async () => {
  expect(await verifyChain(headKey, undefined, paged(chain('one').entries))).toMatchObject({ intact: false, firstBroken: 2n, reason: expect.stringContaining('head of the ledger is missing') })
})
