import type { CheckOrder } from '../check-run.ts'
import { excludes } from '../policy.ts'
import { nothingKnown, type RepositoryFacts } from '../scoring/gate.ts'
import { readSource } from '../source-file.ts'
import type { SubmittedReport } from '../submission.ts'
import { coverageAnalyser } from './analysers.ts'
import { createRepositoryThread, type ThreadOptions } from './thread.ts'

/** Evaluates the coverage reports that are sent with a check of some files, in a thread of its own that ends with the check. */
export function createEditCoverage(options: ThreadOptions): (reports: readonly SubmittedReport[], order: CheckOrder, signal: AbortSignal) => Promise<RepositoryFacts> {
  return async (reports, { files, policy, changes }, signal) => {
    if (reports.length === 0) return nothingKnown
    const thread = createRepositoryThread(options)
    try {
      const analyser = await coverageAnalyser({ policy, changes, thread, reports: async () => [...reports], eachFile: async () => undefined })
      for (const { path, content, modifiedAt, sizeBytes } of files) {
        if (excludes(policy, path) === undefined) await analyser.add({ path, content, source: readSource(path, content, policy.maxFileBytes, sizeBytes), modifiedAt }, signal)
      }
      const { facts } = await analyser.finish(signal)
      return { ...nothingKnown, ...facts }
    } finally {
      await thread.close()
    }
  }
}
