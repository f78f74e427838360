import { rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Diagnostic } from '../finding.ts'
import { oxlintSettings } from '../rules/oxlint-settings.ts'
import type { FileClass } from '../source-file.ts'
import { EngineFailure } from './engine-failure.ts'
import { JobQueue, type Priority } from './job-queue.ts'
import { startLanguageServer, type LanguageServer, type ServerCommand } from './language-server.ts'
import { readDiagnostics } from './oxlint-diagnostics.ts'
import { makePrivateRoot } from './private-root.ts'
import { processorTimeOf } from './processor-time.ts'
import { limitTime } from './time-limit.ts'

export interface Oxlint {
  /** Rejects with EngineFailure when there is no answer for this text, with the signal's reason when nobody wants one any more. */
  check(text: string, extension: string, fileClass: FileClass, priority: Priority, signal: AbortSignal): Promise<Diagnostic[]>
  /** Of the running child, if any. */
  readonly pid: number | undefined
  close(): Promise<void>
}

export interface OxlintOptions {
  readonly server: ServerCommand
  /** Of one text, from the moment the server has it: of processor time, which those beside it share; ten times as long on the clock. */
  readonly timeLimitMs: number
  /** Of the start. */
  readonly startLimitMs: number
  /** Called when the child had to be ended or ended by itself. */
  readonly onEnded: (reason: 'slow' | 'crashed') => void
}

interface Job {
  readonly text: string
  readonly extension: string
  readonly name: string
  readonly resolve: (diagnostics: Diagnostic[]) => void
  readonly reject: (reason: unknown) => void
  readonly signal: AbortSignal
  readonly priority: Priority
  /** It was in a server that ended: it goes alone, so that the text that ends servers is known. */
  suspect: boolean
}

const concurrent = 4
const firstPauseMs = 100
const longestPauseMs = 5_000
// So many failures without one answer: texts are not kept waiting, until the pause is over.
const hopelessAfter = 5

/** The command of the oxlint that is installed beside this service. */
export function installedOxlint(): ServerCommand {
  const bin = join(dirname(createRequire(import.meta.url).resolve('oxlint/package.json')), 'bin', 'oxlint')
  // Its allocator would take memory ahead of need: 88 MB are resident then, and 67 so.
  return { command: process.execPath, args: [bin, '--lsp', '--disable-nested-config'], env: { MIMALLOC_ARENA_EAGER_COMMIT: '0' } }
}

/** JavaScript's and TypeScript's engine: one language server, started with the first text and again, after a growing pause, when it ended. */
export function createOxlint(options: OxlintOptions): Oxlint {
  const queue = new JobQueue<Job>()
  const running = new Set<Job>()
  /** What the server was given and has not answered, whether anybody waits for it or not; the oldest first. */
  const unanswered = new Set<Job>()
  let place: { root: string; path: string } | undefined
  let server: LanguageServer | undefined
  let starting = false
  let closed = false
  let failures = 0
  let pausedUntil = 0
  let lastFailure = ''
  let texts = 0

  function check(text: string, extension: string, fileClass: FileClass, priority: Priority, signal: AbortSignal): Promise<Diagnostic[]> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      const job: Job = { text, extension, name: nameOf(++texts, extension, fileClass), resolve, reject, signal, priority, suspect: false }
      queue.add(job, priority)
      signal.addEventListener('abort', () => abandon(job), { once: true })
      next()
    })
  }

  function abandon(job: Job): void {
    // A server that has it must still answer in time: one that hangs on a text nobody wants any more hangs all the same.
    queue.remove(job)
    running.delete(job)
    job.reject(job.signal.reason)
    next()
  }

  function next(): void {
    if (closed || queue.size === 0) return
    if (server === undefined) return void start()
    while (running.size < concurrent && ![...running].some(({ suspect }) => suspect)) {
      const job = queue.take()
      if (job === undefined) return
      if (job.suspect && running.size > 0) return queue.add(job, job.priority)
      void serve(server, job)
    }
  }

  async function start(): Promise<void> {
    if (starting) return
    if (failures >= hopelessAfter && Date.now() < pausedUntil) return rejectAll(`oxlint ${lastFailure}`)
    starting = true
    try {
      await pause(pausedUntil - Date.now())
      place ??= await makePrivateRoot('elder-oxlint', 'oxlintrc.json', JSON.stringify(oxlintSettings))
      const { root, path } = place
      const started = await startLanguageServer({ ...options.server, args: [...options.server.args, '-c', path] }, root, path, options.startLimitMs)
      if (failures > 0) await prove(started)
      if (closed) started.kill()
      else server = started
      void started.ended.then((how) => lost(started, how, 'crashed'))
    } catch (error) {
      failed(error instanceof Error ? error.message : String(error))
    } finally {
      starting = false
    }
    next()
  }

  // One that reads this was ended by a text before, whose fault is not for others to bear: nothing is wrong with oxlint.
  async function prove(started: LanguageServer): Promise<void> {
    const timer = setTimeout(() => started.kill(), options.startLimitMs)
    const answer = await started.lint(nameOf(++texts, '.js', 'source'), 'export const one = 1\n')
    clearTimeout(timer)
    if (answer === undefined) throw new Error(await started.ended)
    failures = 0
  }

  async function serve(by: LanguageServer, job: Job): Promise<void> {
    running.add(job)
    unanswered.add(job)
    const before = processorTimeOf(by.pid)
    const usedMs = async () => {
      const now = processorTimeOf(by.pid)
      return now === undefined || before === undefined ? undefined : now - before
    }
    const stopTimer = limitTime(options.timeLimitMs, usedMs, (reason) => {
      // The text that hung it has been told already: this one is innocent, and goes to the next server.
      if (by !== server) return
      const [oldest = job] = unanswered
      running.delete(oldest)
      oldest.reject(new EngineFailure(`oxlint ${reason}`))
      lost(by, 'was ended because it did not answer', 'slow')
    })
    const diagnostics = await by.lint(job.name, job.text)
    stopTimer()
    if (by === server) unanswered.delete(job)
    // A server that ended is dealt with in `lost`, for all its texts at once.
    if (diagnostics === undefined || !running.delete(job)) return
    failures = 0
    job.resolve(readDiagnostics(job.text, diagnostics, job.extension))
    next()
  }

  function lost(which: LanguageServer, how: string, reason: 'slow' | 'crashed'): void {
    if (which !== server) return
    server = undefined
    unanswered.clear()
    which.kill()
    if (closed) return
    options.onEnded(reason)
    failed(how)
    for (const job of running) {
      running.delete(job)
      if (job.suspect) job.reject(new EngineFailure(`oxlint ${how} while it read this file`))
      else {
        // What else was in a server that hung is innocent: the text that hung it has been answered.
        job.suspect = reason === 'crashed'
        queue.add(job, job.priority)
      }
    }
    next()
  }

  function failed(how: string): void {
    failures++
    lastFailure = how
    pausedUntil = Date.now() + Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1))
  }

  function rejectAll(reason: string): void {
    for (let job = queue.take(); job !== undefined; job = queue.take()) job.reject(new EngineFailure(reason))
  }

  async function close(): Promise<void> {
    closed = true
    const last = server
    last?.kill()
    for (const job of running) job.reject(new EngineFailure('the service is stopping'))
    running.clear()
    rejectAll('the service is stopping')
    await last?.ended
    if (place !== undefined) await rm(place.root, { recursive: true, force: true })
  }

  return {
    check,
    close,
    get pid() {
      return server?.pid
    },
  }
}

function nameOf(number: number, extension: string, fileClass: FileClass): string {
  const middle = fileClass === 'test' ? '.test' : fileClass === 'stub' ? '.d' : ''
  return `file-${number}${middle}${extension}`
}

function pause(ms: number): Promise<void> {
  return ms <= 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms))
}
