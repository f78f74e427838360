import { Worker } from 'node:worker_threads'
import { nativeStack } from '../engines/nesting.ts'
import type { FileClass } from '../source-file.ts'
import type { DependencyReading, TextFile } from './dependencies/dependencies.ts'
import { StageFailure } from './placed-diagnostic.ts'
import type { CoverableFile, CoverageReading, ReportFile } from './test-coverage/coverage.ts'
import type { KnownVulnerability, PackageVersion } from './vulnerabilities/osv-index.ts'

export interface ImportingFile {
  readonly path: string
  readonly language: 'javascript' | 'python'
  readonly extension: string
  readonly fileClass: FileClass
  readonly text: string
}

export type ThreadRequest =
  | { readonly kind: 'imports'; readonly files: readonly ImportingFile[] }
  | { readonly kind: 'dependencies'; readonly texts: readonly TextFile[]; readonly paths: readonly string[] }
  | { readonly kind: 'coverage'; readonly reports: readonly ReportFile[]; readonly files: readonly CoverableFile[] }
  | { readonly kind: 'load vulnerabilities'; readonly path: string }
  | { readonly kind: 'find vulnerabilities'; readonly packages: readonly PackageVersion[] }

export interface ThreadResults {
  readonly imports: null
  readonly dependencies: DependencyReading
  readonly coverage: CoverageReading
  readonly 'load vulnerabilities': { readonly advisories: number; readonly newest: string; readonly problem: string }
  readonly 'find vulnerabilities': readonly KnownVulnerability[]
}

export interface ThreadAnswer {
  readonly id: number
  readonly result: ThreadResults[keyof ThreadResults]
}

/** A thread for whole-repository analyses, so that checks of edits do not wait for them. It is started on first use. */
export interface RepositoryThread {
  /** Throws StageFailure when the thread crashes or exceeds the time limit, and the signal's reason when it is aborted. In both cases the thread is ended. */
  ask<K extends keyof ThreadResults>(kind: K, request: Omit<Extract<ThreadRequest, { kind: K }>, 'kind'>, signal: AbortSignal): Promise<ThreadResults[K]>
  close(): Promise<void>
}

export interface ThreadOptions {
  readonly entry: URL
  readonly timeLimitMs: number
}

const memory = { ...nativeStack, maxOldGenerationSizeMb: 768, maxYoungGenerationSizeMb: 16 }

export function createRepositoryThread({ entry, timeLimitMs }: ThreadOptions): RepositoryThread {
  let thread: Worker | undefined
  let last = 0

  function start(): Worker {
    const started = new Worker(entry, { resourceLimits: memory, env: {}, execArgv: [], stdout: true, stderr: true })
    // Discards what a crashing parser prints: it is not a log line.
    started.stdout.resume()
    started.stderr.resume()
    started.unref()
    return started
  }

  async function end(): Promise<void> {
    const ended = thread
    thread = undefined
    // elder-ignore ignored-error-event -- the thread is being terminated, so its remaining errors do not matter
    ended?.on('error', () => undefined)
    await ended?.terminate()
  }

  return {
    close: end,
    ask: (kind, request, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason)
        const asked = (thread ??= start())
        const id = ++last
        asked.ref()
        const timer = setTimeout(() => giveUp(new StageFailure(`gave up after ${timeLimitMs} ms`)), timeLimitMs)
        const abandon = () => giveUp(signal.reason)
        signal.addEventListener('abort', abandon, { once: true })
        asked.on('message', answered).on('error', broke).on('exit', broke)
        asked.postMessage({ id, request: { kind, ...request } })

        function settle(): void {
          clearTimeout(timer)
          signal.removeEventListener('abort', abandon)
          asked.off('message', answered).off('error', broke).off('exit', broke)
          asked.unref()
        }
        function answered({ id: of, result }: ThreadAnswer): void {
          if (of !== id) return
          settle()
          resolve(result as ThreadResults[typeof kind])
        }
        function broke(error: unknown): void {
          giveUp(new StageFailure(error instanceof Error ? `broke: ${error.message}` : 'ended by itself'))
        }
        function giveUp(reason: unknown): void {
          settle()
          if (thread === asked) void end()
          reject(reason)
        }
      }),
  }
}
