/**
 * Runs everything that must hold before a change lands: generated code, lint, types, tests. With arguments it runs the
 * tests whose paths contain them, and nothing else: `./elder test apps/auth`. The last line counts what passed and failed.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from './run.ts'

interface Results {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  testResults: { status: string; assertionResults: unknown[] }[]
}

const filters = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'elder-test-'))

async function step(name: string, command: string, args: string[]): Promise<boolean> {
  const startedAt = performance.now()
  console.log(`\n── ${name}`)
  const code = await run(command, args)
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${((performance.now() - startedAt) / 1_000).toFixed(1)} s)`)
  return code === 0
}

function countTests(file: string): { passed: number; failed: number; skipped: number } {
  try {
    const results = JSON.parse(readFileSync(file, 'utf8')) as Results
    // A file that could not even be loaded holds no test that could have failed.
    const unloaded = results.testResults.filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0).length
    return { passed: results.numPassedTests, failed: results.numFailedTests + unloaded, skipped: results.numPendingTests }
  } catch (error) {
    console.error(`the test runner left no results: ${String(error)}`)
    return { passed: 0, failed: 1, skipped: 0 }
  }
}

const steps: [string, string, string[]][] = [
  ['generated code', 'nx', ['run', '@elder/contracts:codegen', '--skip-nx-cache']],
  ['lint', 'node', ['tools/lint.ts']],
  ['types', 'nx', ['run-many', '-t', 'typecheck', '--skip-nx-cache', '--output-style=static']],
  ['types of tools', 'tsc', ['-p', 'tools']],
  ['build', 'node', ['tools/build.ts']],
]
let failedSteps = 0
for (const [name, command, args] of filters.length === 0 ? steps : []) if (!(await step(name, command, args))) failedSteps++

const results = join(folder, 'results.json')
const green = await step('tests', 'vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${results}`, ...filters])

const { passed, failed, skipped } = countTests(results)
rmSync(folder, { recursive: true })
// A run that fails without a failed test (an open handle, a coverage threshold) is a failure all the same.
const failures = failedSteps + (failed === 0 && !green ? 1 : failed)
process.exitCode = failures === 0 ? 0 : 1
console.log(`\n${passed} passed, ${failures} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
