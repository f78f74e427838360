import type { Worker } from 'node:worker_threads'
import type { Seen } from '../fingerprint.ts'
import type { FileClass, Language } from '../source-file.ts'
import { EngineFailure } from './engine-failure.ts'
import type { SecretPlace } from './secret-search.ts'
import { limitTime } from './time-limit.ts'

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
 * `begun` once the engines of a language are loaded, with its first task only: from then on the task's own time counts. Then what each of them sees, and
 * at the end how many failed. After a failure the thread is not used again: WebAssembly that was left in the middle of its work fails at every later file, or answers wrongly.
 */
export type WorkerAnswer =
  | { /** Processor time of the thread until now, and so below. */ readonly begun: NodeJS.CpuUsage }
  | { readonly seen?: readonly Seen[]; readonly refusal?: string; readonly secrets?: readonly SecretPlace[] }
  | { /** Of the last analyser. */ readonly seen?: readonly Seen[]; readonly secrets?: readonly SecretPlace[]; /** The end. */ readonly failures: readonly string[]; readonly used: NodeJS.CpuUsage }

/** What is known of a thread from its earlier tasks. */
export interface ThreadHistory {
  readonly loaded: Set<string>
  /** Milliseconds of processor time. */
  usedMs: number
}

export interface WorkerOutcome {
  readonly seen: readonly Seen[]
  /** In prompts. */
  readonly secrets: readonly SecretPlace[]
  /** Of engines that broke; the others' words are whole. */
  readonly failures: readonly string[]
  /** Why engines were not given the text. The next look would say the same. */
  readonly refusals: readonly string[]
}

export interface TaskLimits {
  /** Of one task, in processor time; ten times as long on the clock. */
  readonly timeLimitMs: number
  /** Of a thread's start and an engine's loading. */
  readonly startLimitMs: number
}

/** How a task left its thread. */
export type TaskEnd = { readonly how: 'answered'; readonly outcome: WorkerOutcome } | { readonly how: 'slow' | 'crashed'; readonly failure: EngineFailure }

interface RunningTask {
  readonly task: WorkerTask
  readonly signal: AbortSignal
  readonly tell: (seen: readonly Seen[]) => void
}

// A task nobody waits for any more gets this long to end by itself: a warm thread is worth more than the rest of a usual task.
const graceMs = 250
const unwanted = 'nobody waits for it any more'

/** One task's time on one thread. `onEnd` is called once. */
export function runOnThread(thread: Worker, history: ThreadHistory, { task, signal, tell }: RunningTask, { timeLimitMs, startLimitMs }: TaskLimits, onEnd: (end: TaskEnd) => void): void {
  const needs = task.prompts === undefined ? (task.language ?? '') : 'prompts'
  let begun = history.loaded.has(needs)
  let seen: readonly Seen[] = []
  let secrets: readonly SecretPlace[] = []
  const refusals: string[] = []
  let stopTimer = begun ? limitTime(timeLimitMs, usedMs, giveUp) : after(startLimitMs, `the engine did not load within ${startLimitMs} ms`)
  signal.addEventListener('abort', hurry, { once: true })
  thread.on('message', answered).on('error', broke).on('exit', broke)
  thread.postMessage(task)

  function leave(end: TaskEnd): void {
    stopTimer()
    signal.removeEventListener('abort', hurry)
    thread.off('message', answered).off('error', broke).off('exit', broke)
    onEnd(end)
  }

  function answered(answer: WorkerAnswer): void {
    if ('begun' in answer) {
      begun = true
      history.loaded.add(needs)
      history.usedMs = msOf(answer.begun)
      stopTimer()
      stopTimer = signal.aborted ? after(graceMs, unwanted) : limitTime(timeLimitMs, usedMs, giveUp)
      return
    }
    if (answer.secrets !== undefined) secrets = answer.secrets
    if ('refusal' in answer && answer.refusal !== undefined) refusals.push(answer.refusal)
    if (answer.seen !== undefined && answer.seen.length > 0) {
      seen = [...seen, ...answer.seen]
      if (!signal.aborted) tell(answer.seen)
    }
    if ('failures' in answer) {
      history.usedMs = msOf(answer.used)
      leave({ how: 'answered', outcome: { seen, secrets, failures: answer.failures, refusals } })
    }
  }

  async function usedMs(): Promise<number> {
    return msOf(await thread.cpuUsage()) - history.usedMs
  }

  function hurry(): void {
    if (!begun) return
    stopTimer()
    stopTimer = after(graceMs, unwanted)
  }

  function after(ms: number, reason: string): () => void {
    const timer = setTimeout(() => giveUp(reason), ms)
    return () => clearTimeout(timer)
  }

  function giveUp(reason: string): void {
    leave({ how: 'slow', failure: new EngineFailure(reason, seen) })
  }

  function broke(error: unknown): void {
    leave({ how: 'crashed', failure: new EngineFailure(error instanceof Error ? `the engine crashed: ${error.message}` : 'the engine crashed', seen) })
  }
}

function msOf({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1_000
}
