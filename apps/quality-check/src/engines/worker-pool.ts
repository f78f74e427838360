import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'
import type { Seen } from '../fingerprint.ts'
import { EngineFailure } from './engine-failure.ts'
import { JobQueue, type Priority } from './job-queue.ts'
import { nativeStack } from './nesting.ts'
import { needsOf, runOnThread, type TaskLimits, type ThreadHistory, type WorkerOutcome, type WorkerTask } from './worker-task.ts'

export interface WorkerPool {
  /**
   * Rejects with EngineFailure, which carries the diagnostics until then, when the task took too long or ended its thread twice, and with the signal's
   * reason after cancellation. `onSeen` receives each engine's diagnostics at once, and receives them again when the task has to be repeated.
   */
  run(task: WorkerTask, priority: Priority, signal: AbortSignal, onSeen: (seen: readonly Seen[]) => void): Promise<WorkerOutcome>
  /** The number of busy threads. */
  readonly busy: number
  /** Makes idle threads collect their garbage. */
  sweep(): void
  close(): Promise<void>
}

export interface WorkerPoolOptions extends TaskLimits {
  readonly entry: URL
  readonly threads: number
  /** Called when a thread had to be ended. */
  readonly onReplaced: (reason: 'slow' | 'crashed') => void
}

interface Job {
  readonly task: WorkerTask
  readonly signal: AbortSignal
  readonly priority: Priority
  readonly onSeen: (seen: readonly Seen[]) => void
  readonly resolve: (outcome: WorkerOutcome) => void
  readonly reject: (reason: unknown) => void
  /** Its thread ended while it ran: it is tried once more, and then fails. */
  crashed: boolean
}

const threadLimits = { ...nativeStack, maxOldGenerationSizeMb: 128 }
// Flags for threads that start from now on, whatever those of the process. Young generation of 8 MB: it holds a file's trees, so few objects are copied. No pretenuring:
// V8 would conclude from a few survivors that all later objects of their kind belong in the old generation, which only a full collection frees. TurboFan later than
// usual, because every thread compiles for itself and few functions repay it. Liftoff code is kept: the next Python file would wait for ruff to be compiled again.
const threadFlags = ['--min-semi-space-size=8', '--max-semi-space-size=8', '--no-parallel-scavenge', '--no-allocation-site-pretenuring', '--invocation-count-for-turbofan=150000', '--no-flush-liftoff-code']

/** A pool of worker threads, which are started on demand, run one task at a time, and are replaced when they hang or crash. Files of a language go to a thread that has loaded it, if possible. */
export function createWorkerPool(options: WorkerPoolOptions): WorkerPool {
  const queue = new JobQueue<Job>()
  const idle: Worker[] = []
  const threads = new Map<Worker, ThreadHistory>()
  let closed = false
  /** Whether a task has run since the last sweep. */
  let hasWorked = false

  function run(task: WorkerTask, priority: Priority, signal: AbortSignal, onSeen: Job['onSeen']): Promise<WorkerOutcome> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      const job: Job = { task, signal, priority, onSeen, resolve, reject, crashed: false }
      queue.add(job, priority)
      signal.addEventListener(
        'abort',
        () => {
          queue.remove(job)
          reject(signal.reason)
        },
        { once: true },
      )
      next()
    })
  }

  function next(): void {
    if (closed) return
    while (queue.size > 0) {
      const thread = takeIdle(queue.first as Job) ?? (threads.size < options.threads ? startThread() : undefined)
      if (thread === undefined) return
      serve(thread, queue.take((job) => hasLoaded(thread, job)) as Job)
    }
  }

  /** If possible one that need not load anything for the job. */
  function takeIdle(job: Job): Worker | undefined {
    const thread = idle.findLast((each) => hasLoaded(each, job)) ?? idle.at(-1)
    if (thread !== undefined) idle.splice(idle.indexOf(thread), 1)
    return thread
  }

  // Every thread loads, compiles and optimises for itself what it runs, so it keeps to the languages it knows as long as there are files of them.
  function hasLoaded(thread: Worker, { task }: Job): boolean {
    return threads.get(thread)?.loaded.has(needsOf(task)) === true
  }

  function startThread(): Worker {
    for (const flag of threadFlags) setFlagsFromString(flag)
    const thread = new Worker(options.entry, { resourceLimits: threadLimits, env: {}, execArgv: [], stdout: true, stderr: true })
    // An engine that crashes may print parts of the checked text, which must not get into the log.
    thread.stdout.resume()
    thread.stderr.resume()
    threads.set(thread, { loaded: new Set(), usedMs: 0 })
    thread.unref()
    return thread
  }

  function serve(thread: Worker, job: Job): void {
    thread.ref()
    hasWorked = true
    runOnThread(thread, threads.get(thread) as ThreadHistory, job, options, (end) => {
      if (end.how === 'answered' && end.outcome.failures.length === 0) {
        thread.unref()
        idle.push(thread)
      } else discard(thread, end.how === 'slow' ? 'slow' : 'crashed')
      if (end.how === 'answered') job.resolve(end.outcome)
      else if (end.how === 'slow' || job.crashed || job.signal.aborted) job.reject(end.failure)
      else {
        job.crashed = true
        queue.add(job, job.priority)
      }
      next()
    })
  }

  function discard(thread: Worker, why: 'slow' | 'crashed'): void {
    // An 'error' event of the terminating thread without a listener would end this process.
    thread.on('error', () => undefined)
    threads.delete(thread)
    void thread.terminate()
    if (!closed) options.onReplaced(why)
  }

  async function close(): Promise<void> {
    closed = true
    for (let job = queue.take(); job !== undefined; job = queue.take()) job.reject(new EngineFailure('the service is stopping'))
    await Promise.all([...threads.keys()].map((thread) => thread.terminate()))
  }

  return {
    run,
    close,
    sweep() {
      if (hasWorked) for (const thread of idle) thread.postMessage('sweep')
      hasWorked = false
    },
    get busy() {
      return threads.size - idle.length
    },
  }
}
