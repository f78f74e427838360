import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'
import type { Seen } from '../fingerprint.ts'
import type { FileClass, Language } from '../source-file.ts'
import { EngineFailure } from './engine-failure.ts'
import { JobQueue, type Priority } from './job-queue.ts'
import { nativeStack } from './nesting.ts'
import type { SecretPlace } from './secret-search.ts'

/** What a worker thread is asked: plain text, one file at a time. */
export interface WorkerTask {
  readonly text: string
  readonly extension: string
  /** The whole name of a file without an extension; empty otherwise, because equal contents are looked at once. */
  readonly bareName: string
  readonly fileClass: FileClass
  /** Undefined: only what every text is searched for. */
  readonly language: Language | undefined
  /** Texts that are no files, in the place of `text`: only searched for secrets, nothing of them is kept. */
  readonly prompts?: readonly string[]
}

/**
 * 'begun' once the engines of a language are loaded, with its first task only: from then on the task's own time counts. Then what each of them sees, and
 * at the end how many failed. After a failure the thread is not used again: WebAssembly that was left in the middle of its work fails at every later file, or answers wrongly.
 */
export type WorkerAnswer =
  | 'begun'
  | { readonly seen?: readonly Seen[]; readonly refusal?: string; readonly secrets?: readonly SecretPlace[]; /** The end. */ readonly failures?: readonly string[] }

export interface WorkerOutcome {
  readonly seen: readonly Seen[]
  /** In prompts. */
  readonly secrets: readonly SecretPlace[]
  /** Of engines that broke; the others' words are whole. */
  readonly failures: readonly string[]
  /** Why engines were not given the text. The next look would say the same. */
  readonly refusals: readonly string[]
}

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

export interface WorkerPoolOptions {
  readonly entry: URL
  readonly threads: number
  /** Of one task. */
  readonly timeLimitMs: number
  /** Of a thread's start and an engine's loading. */
  readonly startLimitMs: number
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
  seen: Seen[]
  refusals: string[]
  secrets: readonly SecretPlace[]
  /** Its thread ended under it: it is tried once more, and then given up. */
  crashed: boolean
}

// A task nobody waits for any more gets this long to end by itself: a warm thread is worth more than the rest of a usual task.
const graceMs = 250
const threadLimits = { ...nativeStack, maxOldGenerationSizeMb: 128 }
// Of threads that start from now on, whatever this process was started with: a file's trees fit, so few of them are ever copied. V8 must not learn from the few
// that are that their like grow old: it would make all later ones among old objects, where only a full sweep finds them. Its last compiler, whose work each thread
// pays for anew, waits ten times as long as usual: until a function is worth it.
const threadFlags = ['--min-semi-space-size=8', '--max-semi-space-size=8', '--no-parallel-scavenge', '--no-allocation-site-pretenuring', '--invocation-count-for-turbofan=30000']

/** Threads that start with the first tasks, take one at a time, and are replaced when one hangs or dies. */
export function createWorkerPool(options: WorkerPoolOptions): WorkerPool {
  const queue = new JobQueue<Job>()
  const idle: Worker[] = []
  /** With what each has loaded. */
  const threads = new Map<Worker, Set<string>>()
  let closed = false
  /** Since the last sweep. */
  let hasWorked = false

  function run(task: WorkerTask, priority: Priority, signal: AbortSignal, tell: Job['tell']): Promise<WorkerOutcome> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      const job: Job = { task, signal, priority, tell, resolve, reject, seen: [], refusals: [], secrets: [], crashed: false }
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
    threads.set(thread, new Set())
    thread.unref()
    return thread
  }

  function serve(thread: Worker, job: Job): void {
    const needs = job.task.prompts === undefined ? (job.task.language ?? '') : 'prompts'
    const loaded = threads.get(thread)
    let begun = loaded?.has(needs) === true
    thread.ref()
    let timer = setTimeout(giveUp, begun ? options.timeLimitMs : options.startLimitMs)
    job.signal.addEventListener('abort', hurry, { once: true })
    thread.on('message', answered).on('error', broke).on('exit', broke)
    hasWorked = true
    thread.postMessage(job.task)

    function settle(): void {
      clearTimeout(timer)
      job.signal.removeEventListener('abort', hurry)
      thread.off('message', answered).off('error', broke).off('exit', broke)
    }
    function answered(answer: WorkerAnswer): void {
      if (answer === 'begun') {
        begun = true
        loaded?.add(needs)
        clearTimeout(timer)
        timer = setTimeout(giveUp, job.signal.aborted ? graceMs : options.timeLimitMs)
        return
      }
      const { seen = [], refusal, secrets = job.secrets, failures } = answer
      job.secrets = secrets
      if (refusal !== undefined) job.refusals.push(refusal)
      if (seen.length > 0) {
        job.seen = job.seen.concat(seen)
        if (!job.signal.aborted) job.tell(seen)
      }
      if (failures === undefined) return
      settle()
      if (failures.length > 0) discard('crashed')
      else {
        thread.unref()
        idle.push(thread)
      }
      job.resolve({ seen: job.seen, secrets: job.secrets, failures, refusals: job.refusals })
      next()
    }
    function hurry(): void {
      if (!begun) return
      clearTimeout(timer)
      timer = setTimeout(giveUp, graceMs)
    }
    function giveUp(): void {
      settle()
      discard('slow')
      job.reject(new EngineFailure(begun ? `gave up after ${options.timeLimitMs} ms` : `the engine did not load within ${options.startLimitMs} ms`, job.seen))
      next()
    }
    function broke(error: unknown): void {
      settle()
      discard('crashed')
      if (job.crashed || job.signal.aborted) job.reject(new EngineFailure(error instanceof Error ? `the engine crashed: ${error.message}` : 'the engine crashed', job.seen))
      else {
        job.crashed = true
        job.seen = []
        job.refusals = []
        queue.add(job, job.priority)
      }
      next()
    }
    function discard(why: 'slow' | 'crashed'): void {
      // Its remaining words, an 'error' among them, are nobody's concern.
      thread.on('error', () => undefined)
      threads.delete(thread)
      void thread.terminate()
      if (!closed) options.onReplaced(why)
    }
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
