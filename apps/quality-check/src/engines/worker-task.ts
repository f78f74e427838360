import type { Worker } from 'node:worker_threads'
import type { Seen } from '../fingerprint.ts'
import type { FileClass, Language } from '../source-file.ts'
import { EngineFailure } from './engine-failure.ts'
import type { ImportingEdit, UndeclaredImports } from '../repository/dependencies/edit-imports.ts'
import type { SecretPlace } from './secret-search.ts'
import { limitTime } from './time-limit.ts'

/** A task for a worker thread: one file, or prompts. */
export interface WorkerTask {
  readonly text: string
  readonly extension: string
  /** The name of a file without an extension; empty for other files, so that those with equal contents are analysed once. */
  readonly bareName: string
  readonly fileClass: FileClass
  /** Undefined: only the checks for every text run. */
  readonly language: Language | undefined
  /** Texts to search for secrets, instead of `text`. Nothing of them is stored. */
  readonly prompts?: readonly string[]
  /** An edit whose imports to look up, instead of `text`. */
  readonly edit?: ImportingEdit
}

/**
 * Messages from the thread: `begun`, for a language's first task only, once its engines are loaded and the task's own time limit starts; then each engine's
 * diagnostics; the last message has `failures`. After a failure the thread is not used again: WebAssembly that was interrupted fails on later files, or gives wrong answers.
 */
export type WorkerAnswer =
  | { /** The CPU time that the thread has used so far. */ readonly begun: NodeJS.CpuUsage }
  | { readonly seen?: readonly Seen[]; readonly refusal?: string; readonly secrets?: readonly SecretPlace[] }
  | { /** The last analyser's. */ readonly seen?: readonly Seen[]; readonly secrets?: readonly SecretPlace[]; readonly undeclared?: UndeclaredImports; /** Ends the task. */ readonly failures: readonly string[]; /** As in `begun`. */ readonly used: NodeJS.CpuUsage }

/** A thread's state from its earlier tasks. */
export interface ThreadHistory {
  readonly loaded: Set<string>
  /** CPU time in milliseconds. */
  usedMs: number
}

export interface WorkerOutcome {
  readonly seen: readonly Seen[]
  /** Secrets found in `prompts`. */
  readonly secrets: readonly SecretPlace[]
  /** What `edit` imports. */
  readonly undeclared?: UndeclaredImports | undefined
  /** Why engines failed. The diagnostics of the others are complete. */
  readonly failures: readonly string[]
  /** Why the text was not passed to an engine. The same text is always refused, so the result may be cached. */
  readonly refusals: readonly string[]
}

export interface TaskLimits {
  /** A task's limit of CPU time; its limit of wall-clock time is ten times as long. */
  readonly timeLimitMs: number
  /** The limit for starting a thread and loading an engine. */
  readonly startLimitMs: number
}

/** How a task ended. */
export type TaskEnd = { readonly how: 'answered'; readonly outcome: WorkerOutcome } | { readonly how: 'slow' | 'crashed'; readonly failure: EngineFailure }

interface RunningTask {
  readonly task: WorkerTask
  readonly signal: AbortSignal
  readonly onSeen: (seen: readonly Seen[]) => void
}

// A cancelled task may run on for this long before its thread is terminated: to finish a usual task costs less than to start and warm up a new thread.
const graceMs = 250
const cancelled = 'the check was cancelled'

/** What a thread has to load before it can run the task. */
export const needsOf = ({ edit, prompts, language }: WorkerTask): string => (edit !== undefined ? 'imports' : prompts === undefined ? (language ?? '') : 'prompts')

/** Runs a task on a thread. Calls `onEnd` once. */
export function runOnThread(thread: Worker, history: ThreadHistory, { task, signal, onSeen }: RunningTask, { timeLimitMs, startLimitMs }: TaskLimits, onEnd: (end: TaskEnd) => void): void {
  const needs = needsOf(task)
  let begun = history.loaded.has(needs)
  let seen: readonly Seen[] = []
  let secrets: readonly SecretPlace[] = []
  const refusals: string[] = []
  let stopTimer = begun ? limitTime(timeLimitMs, usedMs, giveUp) : after(startLimitMs, `the engine did not load within ${startLimitMs} ms`)
  signal.addEventListener('abort', shortenLimit, { once: true })
  thread.on('message', onMessage).on('error', onCrash).on('exit', onCrash)
  thread.postMessage(task)

  function finish(end: TaskEnd): void {
    stopTimer()
    signal.removeEventListener('abort', shortenLimit)
    thread.off('message', onMessage).off('error', onCrash).off('exit', onCrash)
    onEnd(end)
  }

  function onMessage(answer: WorkerAnswer): void {
    if ('begun' in answer) {
      begun = true
      history.loaded.add(needs)
      history.usedMs = msOf(answer.begun)
      stopTimer()
      stopTimer = signal.aborted ? after(graceMs, cancelled) : limitTime(timeLimitMs, usedMs, giveUp)
      return
    }
    if (answer.secrets !== undefined) secrets = answer.secrets
    if ('refusal' in answer && answer.refusal !== undefined) refusals.push(answer.refusal)
    if (answer.seen !== undefined && answer.seen.length > 0) {
      seen = [...seen, ...answer.seen]
      if (!signal.aborted) onSeen(answer.seen)
    }
    if ('failures' in answer) {
      history.usedMs = msOf(answer.used)
      finish({ how: 'answered', outcome: { seen, secrets, undeclared: answer.undeclared, failures: answer.failures, refusals } })
    }
  }

  async function usedMs(): Promise<number> {
    return msOf(await thread.cpuUsage()) - history.usedMs
  }

  function shortenLimit(): void {
    if (!begun) return
    stopTimer()
    stopTimer = after(graceMs, cancelled)
  }

  function after(ms: number, reason: string): () => void {
    const timer = setTimeout(() => giveUp(reason), ms)
    return () => clearTimeout(timer)
  }

  function giveUp(reason: string): void {
    finish({ how: 'slow', failure: new EngineFailure(reason, seen) })
  }

  function onCrash(error: unknown): void {
    finish({ how: 'crashed', failure: new EngineFailure(error instanceof Error ? `the engine crashed: ${error.message}` : 'the engine crashed', seen) })
  }
}

function msOf({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1_000
}
