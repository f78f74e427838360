import type { CheckOrder } from '../check-run.ts'
import { touches } from '../changes/changed-lines.ts'
import { EngineFailure } from '../engines/engine-failure.ts'
import type { WorkerPool } from '../engines/worker-pool.ts'
import { excludes } from '../policy.ts'
import { nothingKnown, type RepositoryFacts } from '../scoring/gate.ts'
import { readSource } from '../source-file.ts'
import type { Surroundings } from '../submission.ts'
import { isAboutDependencies, type TextFile } from './dependencies/dependencies.ts'
import type { PlacedDiagnostic } from './placed-diagnostic.ts'
import type { ImportingFile } from './thread.ts'

export interface JudgedImports {
  readonly diagnostics: readonly PlacedDiagnostic[]
  readonly facts: Pick<RepositoryFacts, 'dependencies' | 'gaps'>
}

const unjudged: JudgedImports = { diagnostics: [], facts: { dependencies: nothingKnown.dependencies } }
const emptyTask = { text: '', extension: '.txt', bareName: '', fileClass: 'source', language: undefined } as const
const longestManifest = 1_048_576

type Surrounding = Surroundings['files'][number]

/** Judges what the new lines of an edit import, by the manifests around its files. Without any, nothing is said. */
export function createEditImports(pool: WorkerPool): (surroundings: Surroundings | undefined, order: CheckOrder, signal: AbortSignal) => Promise<JudgedImports> {
  return async (surroundings, { files, policy, changes }, signal) => {
    const texts = textsOf(files, surroundings?.files ?? [])
    if (texts.length === 0) return unjudged
    const importing = files.flatMap(({ path, content, sizeBytes }): ImportingFile[] => {
      const source = excludes(policy, path) === undefined ? readSource(path, content, policy.maxFileBytes, sizeBytes) : undefined
      if (source?.kind !== 'text' || source.refusal !== '' || (source.language !== 'javascript' && source.language !== 'python')) return []
      return [{ path, language: source.language, extension: source.extension, fileClass: source.fileClass, text: source.text }]
    })
    if (importing.length === 0) return unjudged
    const edit = { files: importing, texts, paths: [...files.map(({ path }) => path), ...(surroundings?.paths ?? [])], arePathsKnown: surroundings !== undefined }
    try {
      const { undeclared, failures } = await pool.run({ ...emptyTask, edit }, { urgent: true, weight: importing.reduce((sum, { text }) => sum + text.length, 0) }, signal, () => undefined)
      if (undeclared === undefined) return failed(failures.join('; '))
      if (undeclared.sources.length === 0) return unjudged
      const flaws = undeclared.flaws.filter(({ name, diagnostic: { path, line, endLine } }) => touches(changes.of(path), line, endLine) && !policy.dependencies.ignore.includes(name))
      return {
        diagnostics: flaws.map(({ diagnostic }) => diagnostic),
        // An edit does not show whether what is declared is locked, used and free of known vulnerabilities, so it cannot pass.
        facts: { dependencies: { state: 'measured', dependencies: undeclared.dependencies, flawed: 0, sources: undeclared.sources, vulnerabilities: undefined }, gaps: { dependencies: 'only the imports of the edit were judged: elder check --all judges the rest' } },
      }
    } catch (error) {
      if (error instanceof EngineFailure) return failed(error.message)
      throw error
    }
  }
}

const failed = (reason: string): JudgedImports => ({ diagnostics: [], facts: { dependencies: { state: 'not_evaluated', reason: `imports could not be read: ${reason}` } } })

/** What the edit holds is newer than what surrounds it. */
function textsOf(files: readonly Surrounding[], surrounding: readonly Surrounding[]): TextFile[] {
  const own = files.filter(({ path }) => isAboutDependencies(path))
  const paths = new Set(own.map(({ path }) => path))
  return [...own, ...surrounding.filter(({ path }) => !paths.has(path))].flatMap(({ path, content }) => (content.length > longestManifest ? [] : [{ path, text: new TextDecoder().decode(content) }]))
}
