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
    let low = 0
    let high = this.#jobs.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (goesBefore(priority, (this.#jobs[middle] as { priority: Priority }).priority)) high = middle
      else low = middle + 1
    }
    this.#jobs.splice(low, 0, { job, priority })
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
