import { lowerBound } from '../syntax/lower-bound.ts'

/** The order of jobs. */
export interface Priority {
  /** Small checks, which somebody waits for, go before the files of large ones. */
  readonly urgent: boolean
  /** The longest first, so that none is left to run alone at the end. */
  readonly weight: number
}

// Without a limit, a file would wait as long as checks bring files of other languages.
const maxPasses = 16

/** A priority queue of jobs. */
export class JobQueue<T> {
  readonly #jobs: { job: T; priority: Priority; passes: number }[] = []

  get size(): number {
    return this.#jobs.length
  }

  get first(): T | undefined {
    return this.#jobs[0]?.job
  }

  add(job: T, priority: Priority): void {
    this.#jobs.splice(lowerBound(this.#jobs, (waiting) => !goesBefore(priority, waiting.priority)), 0, { job, priority, passes: 0 })
  }

  /** Takes the first job that `suits`, otherwise the first. A job that does not suit is passed over only by jobs of its own urgency, and only so many times. */
  take(suits: (job: T) => boolean = () => true): T | undefined {
    const [first] = this.#jobs
    if (first === undefined) return undefined
    const at = first.passes < maxPasses ? this.#jobs.findIndex(({ job, priority }) => priority.urgent === first.priority.urgent && suits(job)) : 0
    if (at > 0) first.passes++
    return this.#jobs.splice(Math.max(at, 0), 1)[0]?.job
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
