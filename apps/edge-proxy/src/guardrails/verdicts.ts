import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'

/** Remembers what was found in texts, by their hashes: a growing conversation is not searched again from its beginning. */
export interface Verdicts<V extends object> {
  get(key: string): V | undefined
  set(key: string, verdict: V): void
}

const most = 20_000

export function createVerdicts<V extends object>(): Verdicts<V> {
  return new LRUCache<string, V>({ max: most })
}

export function verdictKey(text: string): string {
  return hash('sha256', text, 'base64')
}
