import { LRUCache } from 'lru-cache'

/** An LRU cache that grows on demand: with lru-cache's option `max` it would allocate memory for all entries at once. */
export function createRecentTable<Value extends object>(capacity: number): LRUCache<string, Value> {
  return new LRUCache({ maxSize: capacity, sizeCalculation: () => 1 })
}
