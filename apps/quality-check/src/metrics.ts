import { Counter, Gauge, type Registry } from 'prom-client'
import type { CompletedCheck } from './check-run.ts'

export interface Metrics {
  readonly completed: (check: CompletedCheck) => void
  readonly recordsLost: (checks: number) => void
  readonly engineEnded: (engine: 'oxlint' | 'worker', reason: 'slow' | 'crashed') => void
}

/** What is asked for at each scrape. */
export interface Levels {
  readonly waitingFiles: () => number
  readonly busyThreads: () => number
}

export function createMetrics(registry: Registry, { waitingFiles, busyThreads }: Levels): Metrics {
  const registers = [registry]
  const checks = new Counter({ name: 'elder_quality_checks_total', help: 'Completed checks by verdict', labelNames: ['verdict'], registers })
  const files = new Counter({ name: 'elder_quality_files_total', help: 'Files of completed checks, by whether the cache had their result', labelNames: ['cached'], registers })
  const notAnalysed = new Counter({ name: 'elder_quality_files_not_analysed_total', help: 'Files of completed checks that were not analysed', registers })
  const findings = new Counter({ name: 'elder_quality_findings_total', help: 'Findings of completed checks', registers })
  const lost = new Counter({ name: 'elder_quality_records_lost_total', help: 'Checks that were answered and could not be recorded', registers })
  const ended = new Counter({ name: 'elder_quality_engine_ends_total', help: 'Engine processes and threads that were replaced, by reason', labelNames: ['engine', 'reason'], registers })
  registry.registerMetric(gauge('elder_quality_waiting_files', 'Files of running checks', waitingFiles))
  registry.registerMetric(gauge('elder_quality_busy_threads', 'Worker threads that have a file', busyThreads))
  return {
    completed(check) {
      checks.inc({ verdict: check.verdict })
      files.inc({ cached: 'true' }, check.cachedFiles)
      files.inc({ cached: 'false' }, check.files - check.cachedFiles)
      notAnalysed.inc(check.notAnalysedFiles)
      findings.inc(check.findings)
    },
    recordsLost: (count) => lost.inc(count),
    engineEnded: (engine, reason) => ended.inc({ engine, reason }),
  }
}

function gauge(name: string, help: string, level: () => number): Gauge {
  return new Gauge({
    name,
    help,
    registers: [],
    collect() {
      this.set(level())
    },
  })
}
