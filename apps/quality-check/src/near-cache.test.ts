import { expect, test } from 'vitest'
import type { Analysis } from './analysis.ts'
import { createNearCache } from './near-cache.ts'

const analysis: Analysis = { status: 'checked', reason: '', gap: false, lines: 1, fileClass: 'source', seen: [], ignores: [], repeatable: true }

test('forgets what was not asked for the longest when it is full', () => {
  const cache = createNearCache(5_000)
  for (const key of ['a', 'b', 'c', 'd']) cache.set(key, analysis, 500)
  cache.get('a')
  cache.set('e', analysis, 500)
  expect(['a', 'b', 'c', 'd', 'e'].filter((key) => cache.get(key) !== undefined)).toEqual(['a', 'c', 'd', 'e'])
})

test('keeps nothing that would push out most of the rest, and nothing without room', () => {
  const cache = createNearCache(5_000)
  cache.set('a', analysis, 2_000)
  expect(cache.get('a')).toBeUndefined()
  const none = createNearCache(0)
  none.set('a', analysis, 0)
  expect(none.get('a')).toBeUndefined()
})
