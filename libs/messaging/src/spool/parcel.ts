/** Facts on their way out, in the form in which they leave: a fact that waits for the broker is kept as bytes, not as objects to be looked through by the collector. */
export interface Parcel<A, E> {
  /** Takes a fact in and keeps nothing of what it was given. `ended` is undefined for a fact that was accepted in an earlier life and never ended. */
  add(id: string, accepted: A, ended: E | undefined): void
  readonly bytes: number
  /**
   * Sends the facts from one number up to, not including, another; numbers begin at 0. They are taken all or none. A failure is tried again
   * for ever, with fewer facts at once unless it is an outage (unavailable).
   */
  send(from: number, to: number): Promise<void>
  /** Makes it empty, to be filled again. */
  clear(): void
}
