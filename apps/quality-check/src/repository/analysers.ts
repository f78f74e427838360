import { touches } from '../changes/changed-lines.ts'
import { installedJscpd, openDuplicationSearch } from './duplication.ts'
import type { Found, RepositoryAnalyser, AnalysisTerms, OpenRepositoryAnalyser } from './repository-analyser.ts'
import type { SourceText } from '../source-file.ts'
import { codeLinesOf } from '../syntax/code-lines.ts'
import { commentStyleOf } from '../syntax/comment-styles.ts'
import { findComments } from '../syntax/comments.ts'
import { StageFailure } from './placed-diagnostic.ts'
import type { CoverableFile } from './test-coverage/coverage.ts'

/** Finds blocks of code that several files share. */
export function duplicationAnalyser(timeLimitMs: number): OpenRepositoryAnalyser {
  return async ({ changes }) => {
    const search = await openDuplicationSearch({ binary: installedJscpd(), timeLimitMs })
    return {
      stage: 'duplication',
      async add({ source }) {
        if (source.kind === 'text' && source.language !== undefined && source.refusal === '') await search.add(source)
      },
      finish: (signal) => unlessItFails(async () => ({ diagnostics: await search.find((path, first, last) => touches(changes.of(path), first, last), signal) }), (reason) => ({ maintainability: `duplicated code was not looked for: ${reason}` })),
      close: () => search.close(),
    }
  }
}

/** Reads the coverage reports of test runs. */
export const coverageAnalyser: OpenRepositoryAnalyser = async ({ changes, reports, thread }: AnalysisTerms): Promise<RepositoryAnalyser> => {
  const files: CoverableFile[] = []
  return {
    stage: 'coverage',
    add({ path, source, modifiedAt }) {
      if (source.kind === 'text' && source.language !== undefined && source.fileClass !== 'test') files.push({ path, lines: source.lines, changed: changedIn(changes.of(path)), language: source.language, newCode: changes.mode === 'new_code' ? newCodeIn(source, changes.of(path)) : [], modifiedAt })
    },
    async finish(signal) {
      try {
        const { facts } = await thread.ask('coverage', { reports: await reports(), files }, signal)
        return { diagnostics: [], facts: { coverage: facts } }
      } catch (error) {
        if (error instanceof StageFailure) return { diagnostics: [], facts: { coverage: { state: 'not_evaluated', reason: `coverage reports were not read: ${error.message}` } } }
        throw error
      }
    },
    close: async () => undefined,
  }
}

// Reports list executable code only: declarations of types, lists of re-exports and configuration files are not in them.
const runs = /=>|\b(?:function|class|return|def|func|fn)\b/
const setting = /(?:^|\/)[\w.-]+\.config\.[cm]?[jt]s$|(?:^|\/)setup\.py$/

function newCodeIn(source: SourceText, changed: ReturnType<AnalysisTerms['changes']['of']>): number[] {
  const style = commentStyleOf(source)
  if (source.fileClass !== 'source' || source.refusal !== '' || style === undefined || setting.test(source.path) || !runs.test(source.text)) return []
  const comments = findComments(source.text, style)
  return codeLinesOf(source.text, comments).lines.map(({ number }) => number).filter((number) => touches(changed, number, number))
}

/** Expands the ranges to line numbers; undefined means all lines. */
function changedIn(changed: ReturnType<AnalysisTerms['changes']['of']>): ReadonlySet<number> | undefined {
  if (changed === 'all') return undefined
  return new Set(changed.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, index) => first + index)))
}

/** A failed analysis leaves its criterion unevaluated, with the reason. */
export async function unlessItFails(analyse: () => Promise<Found>, gapsOf: (reason: string) => NonNullable<Found['gaps']>): Promise<Found> {
  try {
    return await analyse()
  } catch (error) {
    if (error instanceof StageFailure) return { diagnostics: [], gaps: gapsOf(error.message) }
    throw error
  }
}
