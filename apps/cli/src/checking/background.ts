import { CommandError, type Context } from '../command.ts'
import { UnavailableError, UnreachableError, type Edge } from '../edge.ts'
import { count } from '../terminal.ts'
import type { CoverageFile } from './coverage.ts'
import type { Named } from './files.ts'
import type { CheckReport, Finding } from './report.ts'
import { byName, readEvents, toWire } from './request.ts'
import { retry, type Retrying } from './retry.ts'

/** A check that is too large for one request. It has one id, one verdict and one history entry, whatever its size. */
export interface BackgroundCheck {
  /** The parameters of the check, in the form of the platform's API. */
  readonly terms: object
  readonly portions: Iterable<readonly Named[]>
  readonly coverage: readonly CoverageFile[]
  /** For the whole check. */
  readonly timeoutMs: number
  /** Cancels the check. Without it, Ctrl-C does, and ends the command. */
  readonly signal: AbortSignal | undefined
  readonly onFinding: ((finding: Finding) => void) | undefined
}

const uploadTimeoutMs = 120_000

/** Sends the files, starts the check and follows it to its report. An abandoned check is cancelled on the platform. */
export async function checkInBackground(edge: Edge, { terms, portions, coverage, timeoutMs, signal, onFinding }: BackgroundCheck, context: Context): Promise<CheckReport> {
  const { checkId } = await edge.request<{ checkId: string }>('POST', '/v1/checks/repository', { body: terms, ...(signal && { signal }) })
  const stopListening = signal ? () => undefined : cancelOnInterrupt(edge, checkId, context)
  const progress = createProgress(context)
  const limit = AbortSignal.timeout(timeoutMs)
  const until = signal ? AbortSignal.any([signal, limit]) : limit
  const call = { timeoutMs: uploadTimeoutMs, signal: until }
  const nameOf = new Map<string, string>()
  const reportFinding = (finding: Finding) => {
    progress('')
    onFinding?.(byName(finding, nameOf))
  }
  try {
    if (coverage.length > 0) await retry(persist(until), () => edge.request('PUT', `/v1/checks/${checkId}/files`, { body: { coverageReports: coverage }, ...call }))
    for (const some of portions) {
      for (const { path, name } of some) nameOf.set(path, name)
      const files = some.map((file) => toWire(file, true))
      await retry(persist(until), () => edge.request('PUT', `/v1/checks/${checkId}/files`, { body: { files }, ...call }))
      progress(`sent ${count(nameOf.size, 'file')}`)
    }
    await retry(persist(until), () => edge.request('POST', `/v1/checks/${checkId}/start`, call))
    const report = await watch(edge, checkId, { until, timeoutMs, onFinding: reportFinding, onProgress: ({ stage, done, total }) => progress(`${stage}: ${done} of ${total}`) })
    return { ...report, files: report.files.map((file) => ({ ...file, path: nameOf.get(file.path) ?? file.path })), findings: report.findings.map((finding) => byName(finding, nameOf)) }
  } catch (error) {
    if (until.aborted || !(error instanceof UnreachableError)) await cancel(edge, checkId)
    throw limit.aborted && !signal?.aborted ? new CommandError(`the check was not done within ${timeoutMs / 1_000} s, and was cancelled`, { exitCode: 3, fix: 'give it longer: --timeout SECONDS' }) : error
  } finally {
    stopListening()
    progress('')
  }
}

interface Watching {
  readonly until: AbortSignal
  readonly timeoutMs: number
  onFinding(finding: Finding): void
  onProgress(progress: { readonly stage: string; readonly done: number; readonly total: number }): void
}

async function watch(edge: Edge, checkId: string, { until, timeoutMs, onFinding, onProgress }: Watching): Promise<CheckReport> {
  let seen = 0
  return retry(persist(until), () => {
    let at = 0
    const reportNew = (finding: Finding) => {
      if (++at > seen) onFinding(finding)
      seen = Math.max(seen, at)
    }
    return readEvents(edge.stream('GET', `/v1/checks/${checkId}`, { timeoutMs, signal: until }), reportNew, onProgress)
  })
}

// Requests are idempotent, so they can be repeated. A proxy may cut a long stream; the repeated one starts from the beginning.
const persist = (until: AbortSignal): Retrying => ({ maxAttempts: 9, until, mayPass: (error) => error instanceof UnreachableError || error instanceof UnavailableError })

/** Cancels the check, because its result will not be requested. If that fails, the platform deletes it after a while. */
async function cancel(edge: Edge, checkId: string): Promise<void> {
  await edge.request('DELETE', `/v1/checks/${checkId}`, { timeoutMs: 5_000 }).catch((error: unknown) => {
    if (!(error instanceof CommandError)) throw error
  })
}

const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const
const ends = Object.keys(exitCodes) as (keyof typeof exitCodes)[]

/** Ctrl-C, a terminal that is closed and a build that is stopped cancel the check before they end the command. A second one does not wait. */
function cancelOnInterrupt(edge: Edge, checkId: string, { terminal }: Context): () => void {
  const stopListening = () => {
    for (const name of ends) process.off(name, interrupt)
  }
  const interrupt = (name: keyof typeof exitCodes) => {
    const end = () => process.exit(exitCodes[name])
    stopListening()
    for (const again of ends) process.once(again, end)
    terminal.note('\nelder: cancelling')
    edge.request('DELETE', `/v1/checks/${checkId}`, { timeoutMs: 10_000 }).then(() => {
      terminal.note(`elder: cancelled: there is no verdict; elder checks ${checkId} shows how far it came`)
      end()
    }, (error: Error) => {
      terminal.note(`elder: the check could not be cancelled: ${error.message}`)
      end()
    })
  }
  for (const name of ends) process.once(name, interrupt)
  return stopListening
}

/** On a terminal one line that is overwritten; in a log one line per step. */
function createProgress({ terminal: { streams, note } }: Context): (text: string) => void {
  let told = ''
  return (text) => {
    const what = text.replace(/\d+/g, '#')
    if (streams.stderr.isTTY) streams.stderr.write(`\r\x1b[2K${text}`)
    else if (text !== '' && what !== told) note(`elder: ${text}`)
    if (text !== '') told = what
  }
}
