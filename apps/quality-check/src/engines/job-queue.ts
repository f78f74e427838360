import { lowerBound } from '../syntax/lower-bound.ts'

/** The order of jobs. */
export interface Priority {
  /** Small checks, which somebody waits for, go before the files of large ones. */
  readonly urgent: boolean
  /** The longest first, so that none is left to run alone at the end. */
  readonly weight: number
}

/** A priority queue of jobs. */
export class JobQueue<T> {
  readonly #jobs: { job: T; priority: Priority }[] = []

  get size(): number {
    return this.#jobs.length
  }

  add(job: T, priority: Priority): void {
    this.#jobs.splice(lowerBound(this.#jobs, (waiting) => !goesBefore(priority, waiting.priority)), 0, { job, priority })
  }

  take(): T | undefined {
    return this.#jobs.shift()?.job
  }

  remove(job: T): boolean {
    const at = this.#jobs.findIndex((entry) => entry.job === job)
    if (at !== -1) this.#jobs.splice(at, 1)
    return at !== -1
  }
}

function goesBefore(a: Priority, b: Priority): boolean {
  return a.urgent === b.urgent ? a.weight > b.weight : a.urgent
}
