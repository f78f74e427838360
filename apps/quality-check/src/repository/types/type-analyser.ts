import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makePrivateRoot } from '../../engines/private-root.ts'
import { readNpmManifest } from '../dependencies/npm-manifest.ts'
import { joinPath, nameOf } from '../dependencies/manifest.ts'
import type { Found, AnalysedFile, OpenRepositoryAnalyser } from '../repository-analyser.ts'
import { isVendored } from '../path-class.ts'
import { StageFailure, type PlacedDiagnostic } from '../placed-diagnostic.ts'
import { checkWithPyright, pyrightSettings } from './pyright.ts'
import { compilerSettings, lintWithTypes, typeAwareSettings } from './type-aware-lint.ts'
import { createTypeTree, type TypeTree } from './type-tree.ts'

/** The copies of a repository's files that the type checkers read. */
interface Copy {
  readonly root: string
  readonly lintSettings: string
  readonly trees: { readonly javascript: TypeTree; readonly python: TypeTree }
  /** The packages of the repository itself, by name. */
  readonly packages: { readonly name: string; readonly folder: string }[]
  readonly paths: Set<string>
}

const entries = ['src/index.ts', 'index.ts', 'src/index.tsx', 'src/index.js', 'index.js', 'index.d.ts']

/** Reports what only types across files show. The repository's own settings, plugins and environments are not used. */
export function typeAnalyser(timeLimitMs: number): OpenRepositoryAnalyser {
  return async () => {
    const copy = await makeCopy()
    return {
      stage: 'types',
      add: (file) => addTo(copy, file),
      finish: (signal) => check(copy, timeLimitMs, signal),
      close: () => rm(copy.root, { recursive: true, force: true }),
    }
  }
}

async function makeCopy(): Promise<Copy> {
  const { root, path: lintSettings } = await makePrivateRoot('elder-types', 'lint.json', JSON.stringify(typeAwareSettings))
  const folders = { javascript: join(root, 'javascript'), python: join(root, 'python') }
  await Promise.all(Object.values(folders).map((folder) => mkdir(folder)))
  return { root, lintSettings, trees: { javascript: createTypeTree(folders.javascript), python: createTypeTree(folders.python) }, packages: [], paths: new Set() }
}

async function addTo({ trees, packages, paths }: Copy, { path, content, source }: AnalysedFile): Promise<void> {
  if (isVendored(path)) return
  paths.add(path)
  if (nameOf(path) === 'package.json') {
    const manifest = readNpmManifest(path, new TextDecoder().decode(content))
    if ('declared' in manifest && manifest.name !== '') packages.push(manifest)
  }
  if (source.kind === 'text' && source.refusal === '' && (source.language === 'javascript' || source.language === 'python')) await trees[source.language].add(path, source.text)
}

async function check(copy: Copy, timeLimitMs: number, signal: AbortSignal): Promise<Found> {
  const { root, lintSettings, trees } = copy
  await writeFile(join(trees.javascript.folder, 'tsconfig.json'), JSON.stringify(compilerSettings(aliasesOf(copy))))
  const pythonSettings = join(root, 'pyrightconfig.json')
  await writeFile(pythonSettings, JSON.stringify(pyrightSettings('python')))
  // One after the other: each of them uses all memory and processors it can get.
  const lint = await tryAnalysis(trees.javascript, () => lintWithTypes(trees.javascript, lintSettings, timeLimitMs, signal))
  const python = await tryAnalysis(trees.python, () => checkWithPyright(trees.python, pythonSettings, timeLimitMs, signal))
  const diagnostics = [...lint.diagnostics, ...python.diagnostics]
  const problems = [lint.problem, python.problem].filter((problem) => problem !== '')
  if (problems.length === 0) return { diagnostics }
  const reason = `types were not analysed: ${problems.join('; ')}`
  return { diagnostics, gaps: { root_cause: reason, maintainability: reason } }
}

async function tryAnalysis(tree: TypeTree, analyse: () => Promise<PlacedDiagnostic[]>): Promise<{ diagnostics: PlacedDiagnostic[]; problem: string }> {
  if (tree.size === 0) return { diagnostics: [], problem: '' }
  try {
    return { diagnostics: await analyse(), problem: '' }
  } catch (error) {
    if (error instanceof StageFailure) return { diagnostics: [], problem: error.message }
    throw error
  }
}

/** Maps the names of the repository's packages to their folders, so that they resolve as if installed. */
function aliasesOf({ packages, paths }: Copy): Record<string, string[]> {
  return Object.fromEntries(
    packages.flatMap(({ name, folder }) => {
      const entry = entries.map((each) => joinPath(folder, each)).find((each) => paths.has(each))
      return entry === undefined ? [] : [[name, [`./${entry}`]]]
    }),
  )
}
