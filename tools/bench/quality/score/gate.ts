import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { analyse, type Engines } from '../../../../apps/quality-check/src/analysis.ts'
import { classify } from '../../../../apps/quality-check/src/classification.ts'
import { installedOxlint, Oxlint } from '../../../../apps/quality-check/src/engines/oxlint.ts'
import { createWorkerPool } from '../../../../apps/quality-check/src/engines/worker-pool.ts'
import type { Finding } from '../../../../apps/quality-check/src/finding.ts'
import { readPolicy } from '../../../../apps/quality-check/src/policy.ts'
import { readSource } from '../../../../apps/quality-check/src/source-file.ts'

export interface Gate {
  /** What the gate finds in a file, as in the default policy. Files of sets are never taken for tests. */
  findingsOf(file: string): Promise<readonly Finding[]>
  findingsIn(name: string, text: string): Promise<readonly Finding[]>
  /** As `findingsIn`, but a test is a test: the path is that of a repository. */
  findingsOfEdit(path: string, text: string): Promise<readonly Finding[]>
  close(): Promise<void>
}

const limits = { timeLimitMs: 20_000, startLimitMs: 30_000 }

/** The service's own engines, in this process. `accepts` chooses what counts. */
export function openGate(accepts: (finding: Finding) => boolean): Gate {
  const oxlint = new Oxlint({ server: installedOxlint(), ...limits, onEnded: (reason) => console.error(`oxlint ended: ${reason}`) })
  const pool = createWorkerPool({ entry: new URL('../../../../apps/quality-check/src/analysis-worker.ts', import.meta.url), threads: 2, ...limits, onReplaced: (reason) => console.error(`a worker thread was replaced: ${reason}`) })
  const engines: Engines = { oxlint, pool, onBug: (error) => console.error(error) }
  const policy = readPolicy('')

  async function find(name: string, text: string, isEdit: boolean): Promise<readonly Finding[]> {
    const source = readSource(name, Buffer.from(text))
    if (source.kind === 'unreadable') return []
    const fileClass = source.fileClass === 'test' && !isEdit ? 'source' : source.fileClass
    const { seen } = await analyse(engines, { ...source, fileClass }, { urgent: false, weight: text.length }, new AbortController().signal, () => undefined)
    return classify(seen, { fileClass, language: source.language, wholeRepository: false }, policy, []).filter(accepts)
  }

  return {
    findingsIn: (name, text) => find(name, text, false),
    findingsOf: (file) => find(basename(file), readFileSync(file, 'utf8'), false),
    findingsOfEdit: (path, text) => find(path, text, true),
    async close() {
      await Promise.all([pool.close(), oxlint.close()])
    },
  }
}

/** Works on several at once, in the order of the list. */
export async function eachOf<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (let from = 0; from < items.length; from += 8) results.push(...(await Promise.all(items.slice(from, from + 8).map(work))))
  return results
}
