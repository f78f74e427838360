import type { Diagnostic } from '../finding.ts'
import { JobQueue, type Priority } from './job-queue.ts'

/** A text to be linted, and its caller. */
export interface OxlintJob {
  readonly text: string
  readonly extension: string
  readonly name: string
  readonly resolve: (diagnostics: Diagnostic[]) => void
  readonly reject: (reason: unknown) => void
  readonly priority: Priority
  /** It was in flight when a server crashed: it is sent again alone, so that the text that crashes servers is found. */
  isSuspect: boolean
}

const concurrent = 4

/** The jobs that wait for the server and those in flight. */
export class OxlintJobs {
  readonly #queue = new JobQueue<OxlintJob>()
  readonly #running = new Set<OxlintJob>()
  /** The jobs that the server has not answered, cancelled ones included; the oldest first. */
  readonly #unanswered = new Set<OxlintJob>()

  get hasWaiting(): boolean {
    return this.#queue.size > 0
  }

  add(job: OxlintJob): void {
    this.#queue.add(job, job.priority)
  }

  /** Moves the next job into flight. Undefined when there is none, or when it has to wait for those in flight. */
  takeNext(): OxlintJob | undefined {
    if (this.#running.size >= concurrent || [...this.#running].some(({ isSuspect }) => isSuspect)) return undefined
    const job = this.#queue.take()
    if (job === undefined) return undefined
    if (job.isSuspect && this.#running.size > 0) {
      this.add(job)
      return undefined
    }
    this.#running.add(job)
    this.#unanswered.add(job)
    return job
  }

  /** Its caller has gone. In flight it stays unanswered: a server that hangs on it has to be replaced, too. */
  cancel(job: OxlintJob): void {
    this.#queue.remove(job)
    this.#running.delete(job)
  }

  /** The server has answered the job. */
  noteAnswer(job: OxlintJob): void {
    this.#unanswered.delete(job)
  }

  /** Ends a job in flight. False: it was ended or cancelled before. */
  end(job: OxlintJob): boolean {
    return this.#running.delete(job)
  }

  /** Ends the job that a hanging server has had longest, which is taken to be the cause. */
  endOldest(): OxlintJob | undefined {
    const [oldest] = this.#unanswered
    if (oldest) this.#running.delete(oldest)
    return oldest
  }

  /**
   * The server has ended: its jobs wait for the next one. After a crash each of them is suspected. Returns those that were suspected before, and so
   * caused the crash: they are ended.
   */
  requeue(hasCrashed: boolean): OxlintJob[] {
    const causes: OxlintJob[] = []
    for (const job of this.#running) {
      if (job.isSuspect) causes.push(job)
      else {
        job.isSuspect = hasCrashed
        this.add(job)
      }
    }
    this.#running.clear()
    this.#unanswered.clear()
    return causes
  }

  /** Ends all jobs. */
  takeAll(): OxlintJob[] {
    const jobs = [...this.#running]
    this.#running.clear()
    for (let job = this.#queue.take(); job !== undefined; job = this.#queue.take()) jobs.push(job)
    return jobs
  }
}
