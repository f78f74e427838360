import { Worker } from 'node:worker_threads'
import type { Diagnostic } from '../finding.ts'
import type { FileClass, Language } from '../source-file.ts'
import { EngineFailure } from './engine-failure.ts'
import { JobQueue, type Priority } from './job-queue.ts'

/** What a worker thread is asked: plain text, one file at a time. */
export interface WorkerTask {
  readonly text: string
  readonly extension: string
  /** The whole name of a file without an extension; empty otherwise, because equal contents are looked at once. */
  readonly bareName: string
  readonly fileClass: FileClass
  /** Undefined: only what every text is searched for. */
  readonly language: Language | undefined
}

/** 'begun' once the engine is loaded: from then on the task's own time counts. */
export type WorkerAnswer = 'begun' | { readonly diagnostics: Diagnostic[] }

export interface WorkerPool {
  /** Rejects with EngineFailure when the task took too long or broke its thread, with the signal's reason when nobody wants it any more. */
  run(task: WorkerTask, priority: Priority, signal: AbortSignal): Promise<Diagnostic[]>
  /** Threads at work. */
  readonly busy: number
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
  readonly resolve: (diagnostics: Diagnostic[]) => void
  readonly reject: (reason: unknown) => void
}

// A task nobody waits for any more gets this long to end by itself: a warm thread is worth more than the rest of a usual task.
const graceMs = 250
const threadLimits = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 4 }

/** Threads that start with the first tasks, take one at a time, and are replaced when one hangs or dies. */
export function createWorkerPool(options: WorkerPoolOptions): WorkerPool {
  const queue = new JobQueue<Job>()
  const idle: Worker[] = []
  const threads = new Set<Worker>()
  let closed = false

  function run(task: WorkerTask, priority: Priority, signal: AbortSignal): Promise<Diagnostic[]> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      const job: Job = { task, signal, resolve, reject }
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
    const thread = new Worker(options.entry, { resourceLimits: threadLimits, env: {}, execArgv: [], stdout: true, stderr: true })
    // What an engine prints when it breaks is no line of a log, and may hold the text it broke on.
    thread.stdout.resume()
    thread.stderr.resume()
    threads.add(thread)
    thread.unref()
    return thread
  }

  function serve(thread: Worker, job: Job): void {
    let begun = false
    thread.ref()
    let timer = setTimeout(giveUp, options.startLimitMs)
    job.signal.addEventListener('abort', hurry, { once: true })
    thread.on('message', answered).on('error', broke).on('exit', broke)
    thread.postMessage(job.task)

    function settle(): void {
      clearTimeout(timer)
      job.signal.removeEventListener('abort', hurry)
      thread.off('message', answered).off('error', broke).off('exit', broke)
    }
    function answered(answer: WorkerAnswer): void {
      if (answer === 'begun') {
        begun = true
        clearTimeout(timer)
        timer = setTimeout(giveUp, job.signal.aborted ? graceMs : options.timeLimitMs)
        return
      }
      settle()
      thread.unref()
      idle.push(thread)
      job.resolve(answer.diagnostics)
      next()
    }
    function hurry(): void {
      if (!begun) return
      clearTimeout(timer)
      timer = setTimeout(giveUp, graceMs)
    }
    function giveUp(): void {
      replace('slow', begun ? `gave up after ${options.timeLimitMs} ms` : `the engine did not load within ${options.startLimitMs} ms`)
    }
    function broke(error: unknown): void {
      replace('crashed', error instanceof Error ? `the engine crashed: ${error.message}` : 'the engine crashed')
    }
    function replace(why: 'slow' | 'crashed', message: string): void {
      settle()
      // Its remaining words, an 'error' among them, are nobody's concern.
      thread.on('error', () => undefined)
      threads.delete(thread)
      void thread.terminate()
      if (!closed) options.onReplaced(why)
      job.reject(new EngineFailure(message))
      next()
    }
  }

  async function close(): Promise<void> {
    closed = true
    for (let job = queue.take(); job !== undefined; job = queue.take()) job.reject(new EngineFailure('the service is stopping'))
    await Promise.all([...threads].map((thread) => thread.terminate()))
  }

  return {
    run,
    close,
    get busy() {
      return threads.size - idle.length
    },
  }
}
