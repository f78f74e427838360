import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import * as z from 'zod'
import { LineIndex } from '../../engines/line-index.ts'
import { briefly, oneLine } from '../../finding.ts'
import { runChild } from '../child-process.ts'
import { StageFailure, type PlacedDiagnostic } from '../placed-diagnostic.ts'
import type { TypeTree } from './type-tree.ts'

const rules = ['no-floating-promises', 'await-thenable', 'no-misused-promises', 'no-unnecessary-condition', 'no-array-delete', 'no-for-in-array', 'no-base-to-string', 'no-unsafe-unary-minus']

/** The complete configuration of the linter. */
export const typeAwareSettings = {
  plugins: ['typescript'],
  categories: { correctness: 'off' },
  rules: {
    ...Object.fromEntries(rules.map((name) => [`typescript/${name}`, 'warn'])),
    // Rethrowing a caught value of any type is allowed.
    'typescript/only-throw-error': ['warn', { allowThrowingAny: true, allowThrowingUnknown: true }],
  },
}

/** The complete compiler configuration. It is strict, so that a check which a strict repository needs is not called unnecessary. `paths` maps the repository's own package names. */
export const compilerSettings = (paths: Readonly<Record<string, readonly string[]>>) => ({
  compilerOptions: { strict: true, noUncheckedIndexedAccess: true, noEmit: true, target: 'esnext', module: 'preserve', moduleResolution: 'bundler', allowJs: true, checkJs: false, skipLibCheck: true, jsx: 'preserve', types: [], allowImportingTsExtensions: true, resolveJsonModule: true, paths },
  include: ['**/*'],
})

const report = z.object({
  diagnostics: z.array(z.object({ message: z.string(), code: z.string().optional(), help: z.string().optional(), filename: z.string(), labels: z.array(z.object({ span: z.object({ offset: z.number(), length: z.number() }) })) })),
})
const maxOutputBytes = 64 * 1_048_576

/** The path of the type checker that the linter calls. */
function typeChecker(): string {
  const require = createRequire(createRequire(import.meta.url).resolve('oxlint-tsgolint/package.json'))
  return require.resolve(`@oxlint-tsgolint/${process.platform}-${process.arch}/tsgolint`)
}

/** Finds promises that are not awaited and conditions that never change. Throws StageFailure. */
export async function lintWithTypes(tree: TypeTree, configPath: string, timeLimitMs: number, signal: AbortSignal): Promise<PlacedDiagnostic[]> {
  const linter = join(dirname(createRequire(import.meta.url).resolve('oxlint/package.json')), 'bin', 'oxlint')
  const args = [linter, '--type-aware', '--config', configPath, '--disable-nested-config', '--no-ignore', '--no-error-on-unmatched-pattern', '--format', 'json', '--threads', '2', '.']
  const { stdout } = await runChild({ name: 'oxlint --type-aware', command: process.execPath, args, cwd: tree.folder, env: { OXLINT_TSGOLINT_PATH: typeChecker() }, timeLimitMs, maxOutputBytes }, signal)
  const byFile = Map.groupBy(readReport(stdout).diagnostics, ({ filename }) => filename)
  const found = await Promise.all([...byFile].map(([filename, diagnostics]) => placeIn(tree, filename, diagnostics)))
  return found.flat()
}

function readReport(stdout: string): z.infer<typeof report> {
  try {
    return report.parse(JSON.parse(stdout))
  } catch (error) {
    // Output that is not a report has the error in its first line.
    throw new StageFailure(`oxlint --type-aware gave no report: ${oneLine(stdout).slice(0, 200) || (error instanceof Error ? error.message : String(error))}`)
  }
}

// The linter counts offsets in bytes.
async function placeIn(tree: TypeTree, filename: string, diagnostics: z.infer<typeof report>['diagnostics']): Promise<PlacedDiagnostic[]> {
  const path = tree.pathOf(filename)
  if (path === undefined) return []
  const content = await readFile(join(tree.folder, filename))
  const index = new LineIndex(content.toString())
  const at = (offset: number) => content.toString('utf8', 0, offset).length
  return diagnostics.flatMap(({ message, code = '', help = '', labels }) => {
    const span = labels.at(-1)?.span
    const rule = /^typescript\(([\w-]+)\)$/.exec(code)?.[1]
    if (span === undefined || rule === undefined) return []
    return [{ path, engine: 'oxlint' as const, rule: `typescript/${rule}`, ...index.range(at(span.offset), at(span.offset + span.length)), message: oneLine(message), fix: briefly(help) }]
  })
}
