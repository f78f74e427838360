import { settle, type Delivery } from '@elder/messaging'
import { ServiceError, toServiceError } from '@elder/errors'
import { serviceCall } from '@elder/rpc'
import { readChanges } from '../changes/request-changes.ts'
import { concludeCheck, type CheckOrder, type CompletedCheck } from '../check-run.ts'
import type { createFileRuns } from '../file-run.ts'
import type { FileOutcome } from '../judging/judged-files.ts'
import { readPolicy } from '../policy.ts'
import { nothingKnown, type RepositoryFacts } from '../scoring/gate.ts'
import { runFileStage, showFiles } from './file-stage.ts'
import { judgePlaced } from './placed-judging.ts'
import type { JobStore, Listed } from './job-store.ts'
import type { AnalysisTerms, OpenRepositoryAnalyser, RepositoryAnalyser } from './repository-analyser.ts'
import { CheckEnded, createProgressReporter, type ProgressReporter } from './progress.ts'
import type { CheckTerms, Part, RepositoryCheck } from './repository-check.ts'
import type { ChangeSignals } from './repository-checks.ts'
import { createRepositoryThread, type ThreadOptions } from './thread.ts'

export interface RepositoryJobOptions {
  readonly store: JobStore
  readonly signals: ChangeSignals
  readonly runFiles: ReturnType<typeof createFileRuns>
  readonly readBaseline: (repository: string) => Promise<ReadonlyMap<string, ReadonlySet<string>>>
  readonly thread: ThreadOptions
  /** In the order in which they run. */
  readonly analysersFor: (terms: CheckTerms) => readonly OpenRepositoryAnalyser[]
  readonly onCompleted: (check: CompletedCheck) => void
  readonly now: () => Date
}

// A check during which instances end again and again is probably what ends them.
const mostStarts = 3
const pollEveryMs = 2_000
const dayMs = 86_400_000

/** Runs checks of repositories. The job of a check may be restarted at any time and continues from the recorded parts. */
export class RepositoryJob {
  readonly #options: RepositoryJobOptions

  constructor(options: RepositoryJobOptions) {
    this.#options = options
  }

  async run(id: string, { attempt, signal }: Pick<Delivery, 'attempt' | 'signal'>): Promise<void> {
    const { store, signals } = this.#options
    const begun = await store.begin(id)
    if (begun === undefined) return
    if (begun.starts > mostStarts) return this.#fail(id, `${mostStarts} instances ended while they worked on it`)
    const watch = watchState(id, store, signals)
    try {
      await this.#check(begun.check, AbortSignal.any([signal, watch.signal]))
    } catch (error) {
      if (watch.signal.aborted || error instanceof CheckEnded) return
      await this.#recordFailure(id, error, attempt, signal)
      throw error
    } finally {
      watch.stop()
    }
  }

  /** Either the check has failed for good, or another attempt may take it over. */
  async #recordFailure(id: string, error: unknown, attempt: number, signal: AbortSignal): Promise<void> {
    const fault = toServiceError(error)
    if (settle(fault, attempt).do === 'park') return this.#fail(id, fault.code === 'internal' ? 'an internal error, see the log of quality-check' : fault.message)
    // Neither an outage nor the shutdown of this instance is the job's fault, so this start is not counted.
    if (signal.aborted || fault.code === 'unavailable') await this.#options.store.release(id)
  }

  async #fail(id: string, reason: string): Promise<void> {
    await this.#options.store.fail(id, reason)
    this.#options.signals.announce(id)
  }

  async #check(check: RepositoryCheck, signal: AbortSignal): Promise<void> {
    const { store, signals, runFiles, analysersFor } = this.#options
    const listed = await store.listFiles(check.id)
    if (listed.length === 0) throw new ServiceError('failed_precondition', 'it has no files')
    const order = await this.#orderOf(check, listed)
    const analysers: RepositoryAnalyser[] = []
    const thread = createRepositoryThread(this.#options.thread)
    try {
      const terms: AnalysisTerms = {
        policy: order.policy,
        changes: order.changes,
        reports: () => store.readReports(check.id),
        thread,
        eachFile: (show, until) => showFiles({ order, listed, store }, show, until),
      }
      for (const open of analysersFor(check)) analysers.push(await open(terms))
      const progress = createProgressReporter(check.id, store, signals, Date.now)
      const outcomes = await runFileStage({ order, listed, analysers, store, runFiles, progress, call: serviceCall('quality-check', dayMs, signal) })
      const facts = await this.#finishAnalysers(order, analysers, outcomes, progress, signal)
      await this.#conclude(order, outcomes, facts)
    } finally {
      await thread.close()
      for (const analyser of analysers) await analyser.close()
    }
  }

  async #orderOf({ id, repository, subject, policyYaml, mode, diff, scope }: RepositoryCheck, listed: readonly Listed[]): Promise<Order> {
    const accepted = mode === 'baseline' ? await this.#options.readBaseline(repository) : undefined
    const policy = readPolicy(policyYaml)
    return { id, repository, subject, policy, policyYaml, changes: readChanges({ files: listed, diff, mode }, mode), scope, transient: false, ...(accepted !== undefined && { accepted }) }
  }

  /** Adds the findings of the analysers to the outcomes of the files. */
  async #finishAnalysers(order: Order, analysers: readonly RepositoryAnalyser[], outcomes: Map<string, FileOutcome>, progress: ProgressReporter, signal: AbortSignal): Promise<RepositoryFacts> {
    const { store, now } = this.#options
    const facts = { ...nothingKnown }
    const gaps = {}
    for (const analyser of analysers) {
      signal.throwIfAborted()
      await progress.report(analyser.stage, 0, 1)
      const each = await analyser.finish(signal)
      const findings = await judgePlaced(each.diagnostics, { order, store, now: now() })
      await store.addPart(order.id, analyser.stage, { files: [], findings } satisfies Part)
      for (const { path, finding } of findings) addTo(outcomes, path, finding)
      Object.assign(facts, each.facts, each.factsOf?.(findings))
      Object.assign(gaps, each.gaps)
      await progress.report(analyser.stage, 1, 1)
    }
    return { ...facts, gaps }
  }

  async #conclude(order: Order, outcomes: ReadonlyMap<string, FileOutcome>, facts: RepositoryFacts): Promise<void> {
    const { store, signals, onCompleted, now } = this.#options
    const result = concludeCheck(order, [...outcomes.values()].sort((a, b) => (a.path < b.path ? -1 : 1)), facts, now())
    if (!(await store.complete(result))) return
    onCompleted(result)
    signals.announce(order.id)
  }
}

type Order = Omit<CheckOrder, 'files'>

function addTo(outcomes: Map<string, FileOutcome>, path: string, finding: FileOutcome['findings'][number]): void {
  const outcome = outcomes.get(path)
  if (outcome !== undefined) outcomes.set(path, { ...outcome, findings: [...outcome.findings, finding] })
}

/** A signal that fires when the check is cancelled on any instance. */
function watchState(id: string, store: JobStore, signals: ChangeSignals): { signal: AbortSignal; stop(): void } {
  const ended = new AbortController()
  let asking = false
  const poll = async () => {
    if (asking) return
    asking = true
    try {
      if (!(await store.isRunning(id))) ended.abort(new CheckEnded(`check ${id} is no longer running`))
    } catch (error) {
      // The job itself runs into the same outage and reports it.
      if (!(error instanceof ServiceError)) ended.abort(error)
    } finally {
      asking = false
    }
  }
  const timer = setInterval(() => void poll(), pollEveryMs)
  const stopListening = signals.listen(id, () => void poll())
  return {
    signal: ended.signal,
    stop() {
      clearInterval(timer)
      stopListening()
    },
  }
}
