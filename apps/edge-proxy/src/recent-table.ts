import { LRUCache } from 'lru-cache'

/** A table that holds what was used last. It grows as it is filled: given `max`, the cache would take room for every entry at once. */
export function createRecentTable<Value extends object>(capacity: number): LRUCache<string, Value> {
  return new LRUCache({ maxSize: capacity, sizeCalculation: () => 1 })
}
