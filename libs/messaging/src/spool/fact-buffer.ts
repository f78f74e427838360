/**
 * Facts on their way to the broker, already encoded: thousands may wait during an outage, and bytes cost the garbage collector nothing, where
 * objects would be traced again and again.
 */
export interface FactBuffer<A, E> {
  /** Encodes a fact and keeps no reference to it. `ended` is undefined for a fact that was accepted before a crash and never ended. */
  add(id: string, accepted: A, ended: E | undefined): void
  readonly bytes: number
  /**
   * Sends the facts `from` (inclusive) to `to` (exclusive), counted from 0, all or none. The spool repeats a failed call until it succeeds,
   * with fewer facts each time unless the failure is an outage (`unavailable`).
   */
  send(from: number, to: number): Promise<void>
  /** Empties the buffer for its next use. */
  clear(): void
}
