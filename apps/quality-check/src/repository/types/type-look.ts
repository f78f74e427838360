import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makePrivateRoot } from '../../engines/private-root.ts'
import { readNpmManifest } from '../dependencies/npm-manifest.ts'
import { joinPath, nameOf } from '../dependencies/manifest.ts'
import type { Found, LookedFile, OpenLook } from '../look.ts'
import { isVendored } from '../path-class.ts'
import { StageFailure, type PlacedDiagnostic } from '../placed-diagnostic.ts'
import { checkWithPyright, pyrightSettings } from './pyright.ts'
import { compilerSettings, lintWithTypes, typeAwareSettings } from './type-aware-lint.ts'
import { createTypeTree } from './type-tree.ts'

const entries = ['src/index.ts', 'index.ts', 'src/index.tsx', 'src/index.js', 'index.js', 'index.d.ts']

/** What only types across files tell. The repository's own settings, plugins and environments have no part in it. */
export function lookAtTypes(timeLimitMs: number): OpenLook {
  return async () => {
    const { root, path: lintSettings } = await makePrivateRoot('elder-types', 'lint.json', JSON.stringify(typeAwareSettings))
    const folders = { javascript: join(root, 'javascript'), python: join(root, 'python') }
    for (const folder of Object.values(folders)) await mkdir(folder)
    const trees = { javascript: createTypeTree(folders.javascript), python: createTypeTree(folders.python) }
    const packages: { name: string; folder: string }[] = []
    const paths = new Set<string>()

    async function add({ path, content, source }: LookedFile): Promise<void> {
      if (isVendored(path)) return
      paths.add(path)
      if (nameOf(path) === 'package.json') {
        const manifest = readNpmManifest(path, new TextDecoder().decode(content))
        if ('declared' in manifest && manifest.name !== '') packages.push(manifest)
      }
      if (source.kind !== 'text' || source.refusal !== '' || (source.language !== 'javascript' && source.language !== 'python')) return
      await trees[source.language].add(path, source.text)
    }

    /** The repository's packages find each other by name, as they would once installed. */
    function aliases(): Record<string, string[]> {
      return Object.fromEntries(packages.flatMap(({ name, folder }) => {
        const entry = entries.map((each) => joinPath(folder, each)).find((each) => paths.has(each))
        return entry === undefined ? [] : [[name, [`./${entry}`]]]
      }))
    }

    async function finish(signal: AbortSignal): Promise<Found> {
      await writeFile(join(folders.javascript, 'tsconfig.json'), JSON.stringify(compilerSettings(aliases())))
      const pythonSettings = join(root, 'pyrightconfig.json')
      await writeFile(pythonSettings, JSON.stringify(pyrightSettings('python')))
      const diagnostics: PlacedDiagnostic[] = []
      const problems: string[] = []
      const looks = [
        () => (trees.javascript.size === 0 ? [] : lintWithTypes(trees.javascript, lintSettings, timeLimitMs, signal)),
        () => (trees.python.size === 0 ? [] : checkWithPyright(trees.python, pythonSettings, timeLimitMs, signal)),
      ]
      for (const look of looks) {
        try {
          diagnostics.push(...(await look()))
        } catch (error) {
          if (!(error instanceof StageFailure)) throw error
          problems.push(error.message)
        }
      }
      if (problems.length === 0) return { diagnostics }
      const reason = `types were not analysed: ${problems.join('; ')}`
      return { diagnostics, gaps: { root_cause: reason, maintainability: reason } }
    }

    return { stage: 'types', add, finish, close: () => rm(root, { recursive: true, force: true }) }
  }
}
