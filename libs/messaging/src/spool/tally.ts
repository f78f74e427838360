import type { Fact } from './recovery.ts'

/** Counts what the spool holds. */
export class Tally {
  #open = 0
  /** Ended facts that are not delivered. */
  undelivered = 0
  /** Of the records of all facts that are not delivered; those of a batch count until all of it is. */
  pendingBytes = 0

  get isEmpty(): boolean {
    return this.#open === 0 && this.undelivered === 0
  }

  open(fact: Fact<unknown, unknown>): void {
    fact.isOpen = true
    this.#open++
  }

  close(fact: Fact<unknown, unknown>): void {
    if (fact.isOpen) this.#open--
    fact.isOpen = false
  }
}
