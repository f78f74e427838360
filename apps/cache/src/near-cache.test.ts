import { expect, test } from 'vitest'
import { createNearCache, type NearEntry } from './near-cache.ts'

const entry = (value: string, ...tags: string[]): NearEntry => ({ id: '1', value: Buffer.from(value), tags })

function listening(maxBytes = 1_000_000) {
  const near = createNearCache({ maxBytes, maxTtlMs: 60_000 })
  near.listen(true)
  return near
}

test('a read that an invalidation has overtaken is not kept, whichever key was invalidated', () => {
  const near = listening()
  const { generation } = near
  near.drop(['other'], [])
  expect(near.put('a', entry('A'), 1_000, generation)).toBe(false)
  expect(near.get('a')).toBeUndefined()
  expect(near.put('a', entry('A'), 1_000, near.generation)).toBe(true)
})

test('a read that was begun while deaf, or before, is not kept', () => {
  const near = listening()
  const { generation } = near
  near.listen(false)
  expect(near.put('a', entry('A'), 1_000, near.generation)).toBe(false)
  near.listen(true)
  expect(near.put('a', entry('A'), 1_000, generation)).toBe(false)
})

test('drops by key and by any of the tags, and keeps the rest', () => {
  const near = listening()
  for (const [key, tags] of [['a', ['x', 'y']], ['b', ['y']], ['c', []], ['d', []]] as const) near.put(key, entry(key, ...tags), 1_000, near.generation)
  near.drop(['c'], ['x'])
  expect(['a', 'b', 'c', 'd'].map((key) => near.get(key) !== undefined)).toEqual([false, true, false, true])
})

test('lets go of an entry only as long as it is the same', () => {
  const near = listening()
  near.put('a', entry('old'), 1_000, near.generation)
  const old = near.get('a') as NearEntry
  near.put('a', entry('new'), 1_000, near.generation)
  near.remove('a', old)
  expect(near.get('a')?.value.toString()).toBe('new')
})

test('keeps a copy, so that a value does not hold on to the buffer it came in', () => {
  const near = listening()
  const network = Buffer.alloc(100_000)
  near.put('a', { id: '1', value: network.subarray(0, 10), tags: [] }, 1_000, near.generation)
  expect(near.get('a')?.value.buffer.byteLength).toBeLessThan(100_000)
})

test('stays within its bytes, and lets no value take more than a quarter', () => {
  const near = listening(10_000)
  expect(near.put('large', entry('x'.repeat(3_000)), 1_000, near.generation)).toBe(false)
  for (let i = 0; i < 100; i++) near.put(`k${i}`, entry('x'.repeat(500)), 1_000, near.generation)
  expect(near.bytes).toBeLessThanOrEqual(10_000)
  expect([near.get('k0'), near.get('k99') !== undefined]).toEqual([undefined, true])
})
