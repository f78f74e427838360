import { CacheServiceDefinition, type Item as WireItem, type Lookup as WireLookup } from '@elder/contracts/cache'
import { ServiceError } from '@elder/errors'
import { implement, requireService } from '@elder/rpc'
import { limits } from './limits.ts'
import type { Results } from './results.ts'

const nothing = Buffer.alloc(0)

/** Implements the cache's contract. Only services may call it, because a result computed for one person may be confidential to others. */
export function implementCache(results: Results) {
  return implement(CacheServiceDefinition, {
    async get({ lookups }, call) {
      requireService(call)
      refuseMore('lookups', lookups.length, limits.batch)
      for (const [index, lookup] of lookups.entries()) refuseLookup(`lookups[${index}]`, lookup)
      const answers = await results.get(lookups)
      return { entries: answers.map((answer) => (answer.found ? { found: true, value: answer.value, lease: '' } : { found: false, value: nothing, lease: answer.lease })) }
    },
    async set({ items }, call) {
      requireService(call)
      refuseMore('items', items.length, limits.batch)
      for (const [index, item] of items.entries()) refuseItem(`items[${index}]`, item)
      return { kept: await results.set(items.map(({ ttlMillis, value, ...item }) => ({ ...item, value: Buffer.from(value.buffer, value.byteOffset, value.byteLength), ttlMs: ttlMillis === 0n ? undefined : Number(ttlMillis) }))) }
    },
    async invalidate({ keys, tags }, call) {
      requireService(call)
      refuseMore('keys', keys.length, limits.batch)
      refuseMore('tags', tags.length, limits.batch)
      for (const [index, key] of keys.entries()) refuseText(`keys[${index}]`, key, limits.keyBytes)
      for (const [index, tag] of tags.entries()) refuseText(`tags[${index}]`, tag, limits.tagBytes)
      await results.invalidate(keys, tags)
      return {}
    },
  })
}

function refuseLookup(field: string, { key, tags }: WireLookup): void {
  refuseText(`${field}.key`, key, limits.keyBytes)
  refuseMore(`${field}.tags`, tags.length, limits.tagsPerEntry)
  for (const [index, tag] of tags.entries()) refuseText(`${field}.tags[${index}]`, tag, limits.tagBytes)
}

function refuseItem(field: string, item: WireItem): void {
  refuseLookup(field, item)
  const { byteLength } = item.value
  if (byteLength > limits.valueBytes) throw invalid(`${field}.value`, `is ${byteLength} bytes; a value has at most ${limits.valueBytes}, so leave it out`)
}

function refuseText(field: string, text: string, maxBytes: number): void {
  const bytes = Buffer.byteLength(text)
  if (bytes === 0) throw invalid(field, 'is empty; name what it stands for')
  if (bytes > maxBytes) throw invalid(field, `"${text.slice(0, 40)}…" is ${bytes} bytes; at most ${maxBytes} are taken, so use a digest of it`)
}

function refuseMore(field: string, count: number, max: number): void {
  if (count > max) throw invalid(field, `has ${count} elements; at most ${max} are taken, so send several requests`)
}

function invalid(field: string, problem: string): ServiceError {
  return new ServiceError('invalid_argument', `${field} ${problem}`, { reason: 'CACHE_LIMIT', field })
}
