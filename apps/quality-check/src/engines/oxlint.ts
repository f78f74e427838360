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
  /** Rejects with EngineFailure when oxlint fails on this text, and with the signal's reason after cancellation. */
  check(text: string, extension: string, fileClass: FileClass, priority: Priority, signal: AbortSignal): Promise<Diagnostic[]>
  /** The running child's process id, if there is one. */
  readonly pid: number | undefined
  close(): Promise<void>
}

export interface OxlintOptions {
  readonly server: ServerCommand
  /** A text's limit from the moment the server has it: of the server's CPU time, which texts in flight share; of wall-clock time ten times as long. */
  readonly timeLimitMs: number
  /** The limit for starting the server. */
  readonly startLimitMs: number
  /** Called when the child was killed or has exited. */
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
  /** It was in flight when a server crashed: it is sent again alone, so that the text that crashes servers is found. */
  suspect: boolean
}

const concurrent = 4
const firstPauseMs = 100
const maxPauseMs = 5_000
// After so many failures in a row, texts are rejected at once until the pause is over, instead of waiting for it.
const rejectAfterFailures = 5

/** The command of the oxlint that is installed beside this service. */
export function installedOxlint(): ServerCommand {
  const bin = join(dirname(createRequire(import.meta.url).resolve('oxlint/package.json')), 'bin', 'oxlint')
  // Otherwise its allocator commits memory in advance: 88 MB resident instead of 67.
  return { command: process.execPath, args: [bin, '--lsp', '--disable-nested-config'], env: { MIMALLOC_ARENA_EAGER_COMMIT: '0' } }
}

/** Runs oxlint as one language server, which is started with the first text, and restarted after an increasing pause when it has ended. */
export function createOxlint(options: OxlintOptions): Oxlint {
  const queue = new JobQueue<Job>()
  const running = new Set<Job>()
  /** The jobs in flight at the server, cancelled ones included; the oldest first. */
  const unanswered = new Set<Job>()
  let privateRoot: { root: string; path: string } | undefined
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
    // It stays in `unanswered`: a server that hangs on a cancelled text has to be replaced, too.
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
    if (failures >= rejectAfterFailures && Date.now() < pausedUntil) return rejectAll(`oxlint ${lastFailure}`)
    starting = true
    try {
      await pause(pausedUntil - Date.now())
      privateRoot ??= await makePrivateRoot('elder-oxlint', 'oxlintrc.json', JSON.stringify(oxlintSettings))
      const { root, path } = privateRoot
      const started = await startLanguageServer({ ...options.server, args: [...options.server.args, '-c', path] }, root, path, options.startLimitMs)
      if (failures > 0) await probe(started)
      if (closed) started.kill()
      else server = started
      void started.ended.then((how) => handleEnd(started, how, 'crashed'))
    } catch (error) {
      recordFailure(error instanceof Error ? error.message : String(error))
    } finally {
      starting = false
    }
    next()
  }

  // After a failure: a server that can lint a trivial text works, so that it was a text that ended the last one, and other texts need not be rejected.
  async function probe(started: LanguageServer): Promise<void> {
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
      // The server was replaced because of another text, and this one is queued again.
      if (by !== server) return
      const [oldest = job] = unanswered
      running.delete(oldest)
      oldest.reject(new EngineFailure(`oxlint ${reason}`))
      handleEnd(by, 'was ended because it did not answer', 'slow')
    })
    const diagnostics = await by.lint(job.name, job.text)
    stopTimer()
    if (by === server) unanswered.delete(job)
    // If the server ended, `handleEnd` deals with all its texts.
    if (diagnostics === undefined || !running.delete(job)) return
    failures = 0
    job.resolve(readDiagnostics(job.text, diagnostics, job.extension))
    next()
  }

  function handleEnd(which: LanguageServer, how: string, reason: 'slow' | 'crashed'): void {
    if (which !== server) return
    server = undefined
    unanswered.clear()
    which.kill()
    if (closed) return
    options.onEnded(reason)
    recordFailure(how)
    for (const job of running) {
      running.delete(job)
      if (job.suspect) job.reject(new EngineFailure(`oxlint ${how} while it read this file`))
      else {
        // A server that hung: the text that caused it was rejected, and the others are not suspected.
        job.suspect = reason === 'crashed'
        queue.add(job, job.priority)
      }
    }
    next()
  }

  function recordFailure(how: string): void {
    failures++
    lastFailure = how
    pausedUntil = Date.now() + Math.min(maxPauseMs, firstPauseMs * 2 ** (failures - 1))
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
    if (privateRoot !== undefined) await rm(privateRoot.root, { recursive: true, force: true })
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
