import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'
import type { Seen } from '../fingerprint.ts'
import { EngineFailure } from './engine-failure.ts'
import { JobQueue, type Priority } from './job-queue.ts'
import { nativeStack } from './nesting.ts'
import { runOnThread, type TaskLimits, type ThreadHistory, type WorkerOutcome, type WorkerTask } from './worker-task.ts'

export interface WorkerPool {
  /**
   * Rejects with EngineFailure, which carries what was seen until then, when the task took too long or ended its thread twice, and with the signal's
   * reason when nobody wants it any more. `tell` hears of each engine's words at once, and of the same words again after a second start.
   */
  run(task: WorkerTask, priority: Priority, signal: AbortSignal, tell: (seen: readonly Seen[]) => void): Promise<WorkerOutcome>
  /** Threads at work. */
  readonly busy: number
  /** Has threads that wait give back what they hold for their next tasks. */
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
  readonly tell: (seen: readonly Seen[]) => void
  readonly resolve: (outcome: WorkerOutcome) => void
  readonly reject: (reason: unknown) => void
  /** Its thread ended under it: it is tried once more, and then given up. */
  crashed: boolean
}

const threadLimits = { ...nativeStack, maxOldGenerationSizeMb: 128 }
// Of threads that start from now on, whatever this process was started with: a file's trees fit, so few of them are ever copied. V8 must not learn from the few
// that are that their like grow old: it would make all later ones among old objects, where only a full sweep finds them. Its last compiler, whose work each thread
// pays for anew, waits ten times as long as usual: until a function is worth it. A sweep leaves the machine code of Python's engine, which the next file would wait for.
const threadFlags = ['--min-semi-space-size=8', '--max-semi-space-size=8', '--no-parallel-scavenge', '--no-allocation-site-pretenuring', '--invocation-count-for-turbofan=30000', '--no-flush-liftoff-code']

/** Threads that start with the first tasks, take one at a time, and are replaced when one hangs or dies. */
export function createWorkerPool(options: WorkerPoolOptions): WorkerPool {
  const queue = new JobQueue<Job>()
  const idle: Worker[] = []
  const threads = new Map<Worker, ThreadHistory>()
  let closed = false
  /** Since the last sweep. */
  let hasWorked = false

  function run(task: WorkerTask, priority: Priority, signal: AbortSignal, tell: Job['tell']): Promise<WorkerOutcome> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      const job: Job = { task, signal, priority, tell, resolve, reject, crashed: false }
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
      const thread = idle.pop() ?? (threads.size < options.threads ? startThread() : undefined)
      if (thread === undefined) return
      serve(thread, queue.take() as Job)
    }
  }

  function startThread(): Worker {
    for (const flag of threadFlags) setFlagsFromString(flag)
    const thread = new Worker(options.entry, { resourceLimits: threadLimits, env: {}, execArgv: [], stdout: true, stderr: true })
    // What an engine prints when it breaks is no line of a log, and may hold the text it broke on.
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
    // Its remaining words, an 'error' among them, are nobody's concern.
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
