import { expect, test } from 'vitest'
import { readLease, writeLease, type Lease } from './lease.ts'

const shared = { runId: 'f00', keyToken: 'k-1', tagTokens: ['t-1', 't-2'] }

test.each<[string, Lease]>([
  ['with tags', { instance: 'i-1', generation: 3, shared }],
  ['without tags', { instance: 'i-1', generation: 0, shared: { ...shared, tagTokens: [] } }],
  ['given while the shared store was away', { instance: 'i-1', generation: 3, shared: undefined }],
])('a lease %s is read as it was written', (_, lease) => {
  expect(readLease(writeLease(lease))).toEqual(lease)
})

test.each(['', 'made up', 'i.x', 'i.1.runId', '.1.runId.token'])('what no instance wrote is no lease: "%s"', (text) => {
  expect(readLease(text)).toBeUndefined()
})
