import { rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Diagnostic } from '../finding.ts'
import { oxlintSettings } from '../rules/oxlint-settings.ts'
import type { FileClass } from '../source-file.ts'
import { EngineFailure } from './engine-failure.ts'
import type { Priority } from './job-queue.ts'
import { startLanguageServer, type LanguageServer, type ServerCommand } from './language-server.ts'
import { readDiagnostics } from './oxlint-diagnostics.ts'
import { OxlintJobs, type OxlintJob } from './oxlint-jobs.ts'
import { makePrivateRoot } from './private-root.ts'
import { processorTimeOf } from './processor-time.ts'
import { RestartBackoff } from './restart-backoff.ts'
import { limitTime } from './time-limit.ts'

export interface OxlintOptions {
  readonly server: ServerCommand
  /** A text's limit from the moment the server has it: of the server's CPU time, which texts in flight share; of wall-clock time ten times as long. */
  readonly timeLimitMs: number
  /** The limit for starting the server. */
  readonly startLimitMs: number
  /** Called when the child was killed or has exited. */
  readonly onEnded: (reason: 'slow' | 'crashed') => void
}

/** The command of the oxlint that is installed beside this service. */
export function installedOxlint(): ServerCommand {
  const bin = join(dirname(createRequire(import.meta.url).resolve('oxlint/package.json')), 'bin', 'oxlint')
  // Otherwise its allocator commits memory in advance: 88 MB resident instead of 67.
  return { command: process.execPath, args: [bin, '--lsp', '--disable-nested-config'], env: { MIMALLOC_ARENA_EAGER_COMMIT: '0' } }
}

/** Runs oxlint as one language server, which is started with the first text, and restarted after an increasing pause when it has ended. */
export class Oxlint {
  readonly #options: OxlintOptions
  readonly #jobs = new OxlintJobs()
  readonly #backoff = new RestartBackoff()
  #privateRoot: { root: string; path: string } | undefined
  #server: LanguageServer | undefined
  #isStarting = false
  #isClosed = false
  #texts = 0

  constructor(options: OxlintOptions) {
    this.#options = options
  }

  /** The running child's process id, if there is one. */
  get pid(): number | undefined {
    return this.#server?.pid
  }

  /** Rejects with EngineFailure when oxlint fails on this text, and with the signal's reason after cancellation. */
  check(text: string, extension: string, fileClass: FileClass, priority: Priority, signal: AbortSignal): Promise<Diagnostic[]> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      const job: OxlintJob = { text, extension, name: this.#nameNext(extension, fileClass), resolve, reject, priority, isSuspect: false }
      this.#jobs.add(job)
      const cancel = () => {
        this.#jobs.cancel(job)
        reject(signal.reason)
        this.#sendNext()
      }
      signal.addEventListener('abort', cancel, { once: true })
      this.#sendNext()
    })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const last = this.#server
    last?.kill()
    this.#rejectAll('the service is stopping')
    await last?.ended
    if (this.#privateRoot !== undefined) await rm(this.#privateRoot.root, { recursive: true, force: true })
  }

  #sendNext(): void {
    if (this.#isClosed || !this.#jobs.hasWaiting) return
    if (this.#server === undefined) return void this.#start()
    for (let job = this.#jobs.takeNext(); job !== undefined; job = this.#jobs.takeNext()) void this.#lint(this.#server, job)
  }

  async #start(): Promise<void> {
    if (this.#isStarting) return
    if (this.#backoff.isLong) return this.#rejectAll(`oxlint ${this.#backoff.lastFailure}`)
    this.#isStarting = true
    try {
      await this.#backoff.over()
      const server = await this.#startServer()
      if (this.#isClosed) server.kill()
      else this.#server = server
      void server.ended.then((how) => this.#replace(server, how, 'crashed'))
    } catch (error) {
      this.#backoff.fail(error instanceof Error ? error.message : String(error))
    } finally {
      this.#isStarting = false
    }
    this.#sendNext()
  }

  async #startServer(): Promise<LanguageServer> {
    const { server, startLimitMs } = this.#options
    this.#privateRoot ??= await makePrivateRoot('elder-oxlint', 'oxlintrc.json', JSON.stringify(oxlintSettings))
    const { root, path } = this.#privateRoot
    const started = await startLanguageServer({ ...server, args: [...server.args, '-c', path] }, root, path, startLimitMs)
    if (this.#backoff.isFailing) await this.#probe(started)
    return started
  }

  // After a failure: a server that can lint a trivial text works, so that it was a text that ended the last one, and other texts need not be rejected.
  async #probe(server: LanguageServer): Promise<void> {
    const timer = setTimeout(() => server.kill(), this.#options.startLimitMs)
    const answer = await server.lint(this.#nameNext('.js', 'source'), 'export const one = 1\n')
    clearTimeout(timer)
    if (answer === undefined) throw new Error(await server.ended)
    this.#backoff.reset()
  }

  async #lint(server: LanguageServer, job: OxlintJob): Promise<void> {
    const stopTimer = limitTime(this.#options.timeLimitMs, processorTimeSince(server.pid), (reason) => this.#giveUp(server, reason))
    const diagnostics = await server.lint(job.name, job.text)
    stopTimer()
    if (server === this.#server) this.#jobs.noteAnswer(job)
    // The jobs of a server that ended are dealt with by `#replace`.
    if (diagnostics === undefined || !this.#jobs.end(job)) return
    this.#backoff.reset()
    job.resolve(readDiagnostics(job.text, diagnostics, job.extension))
    this.#sendNext()
  }

  #giveUp(server: LanguageServer, reason: string): void {
    // The server was replaced because of another text, and this one is queued again.
    if (server !== this.#server) return
    this.#jobs.endOldest()?.reject(new EngineFailure(`oxlint ${reason}`))
    this.#replace(server, 'was ended because it did not answer', 'slow')
  }

  /** Ends a server that hangs, or deals with the end of one that crashed. */
  #replace(server: LanguageServer, how: string, reason: 'slow' | 'crashed'): void {
    if (server !== this.#server) return
    this.#server = undefined
    server.kill()
    if (this.#isClosed) return
    this.#options.onEnded(reason)
    this.#backoff.fail(how)
    for (const cause of this.#jobs.requeue(reason === 'crashed')) cause.reject(new EngineFailure(`oxlint ${how} while it read this file`))
    this.#sendNext()
  }

  #rejectAll(reason: string): void {
    for (const job of this.#jobs.takeAll()) job.reject(new EngineFailure(reason))
  }

  #nameNext(extension: string, fileClass: FileClass): string {
    return nameOf(++this.#texts, extension, fileClass)
  }
}

/** Measures the CPU time that a process uses from now on. */
function processorTimeSince(pid: number): () => Promise<number | undefined> {
  const before = processorTimeOf(pid)
  return async () => {
    const now = processorTimeOf(pid)
    return now === undefined || before === undefined ? undefined : now - before
  }
}

function nameOf(number: number, extension: string, fileClass: FileClass): string {
  const middle = fileClass === 'test' ? '.test' : fileClass === 'stub' ? '.d' : ''
  return `file-${number}${middle}${extension}`
}
