import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import * as z from 'zod'
import { oneLine } from '../../finding.ts'
import { runChild } from '../child-process.ts'
import { StageFailure, type PlacedDiagnostic } from '../placed-diagnostic.ts'
import type { TypeTree } from './type-tree.ts'

/** The complete configuration. Missing imports are not reported, because packages are not installed here. */
export const pyrightSettings = (include: string) => ({
  include: [include],
  typeCheckingMode: 'basic',
  pythonVersion: '3.13',
  pythonPlatform: 'Linux',
  useLibraryCodeForTypes: false,
  reportMissingImports: false,
  reportMissingModuleSource: false,
  reportMissingTypeStubs: false,
  reportAttributeAccessIssue: false,
  reportPossiblyUnbound: 'warning',
})

const position = z.object({ line: z.number(), character: z.number() })
const report = z.object({
  generalDiagnostics: z.array(z.object({ file: z.string(), severity: z.string(), message: z.string(), rule: z.string().optional(), range: z.object({ start: position, end: position }).optional() })),
})
const maxOutputBytes = 64 * 1_048_576

/** Type-checks Python files. No interpreter is called and no code is run. Throws StageFailure. */
export async function checkWithPyright(tree: TypeTree, configPath: string, timeLimitMs: number, signal: AbortSignal): Promise<PlacedDiagnostic[]> {
  const program = join(dirname(createRequire(import.meta.url).resolve('pyright/package.json')), 'index.js')
  const { stdout, exitCode } = await runChild({ name: 'pyright', command: process.execPath, args: [program, '--project', configPath, '--outputjson'], cwd: tree.folder, env: {}, timeLimitMs, maxOutputBytes }, signal)
  // Exit code 1 means findings, higher ones mean that it failed.
  if (exitCode > 1) throw new StageFailure(`pyright ended with exit code ${exitCode}`)
  return readReport(stdout).generalDiagnostics.flatMap(({ file, severity, message, rule, range }) => {
    const path = tree.pathOf(file)
    if (path === undefined || range === undefined || rule === undefined || severity === 'information') return []
    const { start, end } = range
    return [{ path, engine: 'pyright' as const, rule, line: start.line + 1, column: start.character + 1, endLine: end.line + 1, endColumn: end.character + 1, message: oneLine(message), fix: '' }]
  })
}

function readReport(stdout: string): z.infer<typeof report> {
  try {
    return report.parse(JSON.parse(stdout))
  } catch (error) {
    throw new StageFailure(`pyright gave no report: ${error instanceof Error ? oneLine(error.message).slice(0, 200) : String(error)}`)
  }
}
