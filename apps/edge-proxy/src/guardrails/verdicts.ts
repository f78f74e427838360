import { hash } from 'node:crypto'
import { createRecentTable } from '../recent-table.ts'

/** Caches what was found in texts, by their hashes, so that a growing conversation is not searched again from its beginning. */
export interface Verdicts<V extends object> {
  get(key: string): V | undefined
  set(key: string, verdict: V): void
}

const most = 20_000

export function createVerdicts<V extends object>(): Verdicts<V> {
  return createRecentTable<V>(most)
}

export function verdictKey(text: string): string {
  return hash('sha256', text, 'base64')
}
