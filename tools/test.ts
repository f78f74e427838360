/**
 * Runs everything that must hold before a change lands: generated code, lint, types, tests. With arguments it runs the
 * tests whose paths contain them, and nothing else: `./elder test apps/auth`. What reads the code comes first, and tests run only
 * when it finds nothing. The last lines name what failed, the very last counts what passed and failed.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { root, run } from './run.ts'

interface Results {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  testResults: { name: string; status: string; assertionResults: { status: string; fullName: string }[] }[]
}

interface Outcome {
  readonly passed: number
  readonly skipped: number
  /** Each in the words of the last lines. */
  readonly failed: readonly string[]
}

async function step(name: string, command: string, args: string[]): Promise<boolean> {
  const startedAt = performance.now()
  console.log(`\n── ${name}`)
  const code = await run(command, args)
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${((performance.now() - startedAt) / 1_000).toFixed(1)} s)`)
  return code === 0
}

/** All checks that read the code without running it. A failing one does not keep the next from running. */
async function readCode(): Promise<Outcome> {
  const failed: string[] = []
  const steps: [string, string, string[]][] = [
    ['generated code', 'nx', ['run', '@elder/contracts:codegen', '--skip-nx-cache']],
    ['lint', 'node', ['tools/lint.ts']],
    // All projects have the same settings: read as one, what they share is read once.
    ['types', 'tsc', ['-p', '.']],
    ['build', 'node', ['tools/build.ts']],
  ]
  for (const [name, command, args] of steps) if (!(await step(name, command, args))) failed.push(name)
  return { passed: 0, skipped: 0, failed }
}

function failuresIn({ name, status, assertionResults }: Results['testResults'][number]): string[] {
  if (status !== 'failed') return []
  const file = relative(root, name)
  const tests = assertionResults.filter((test) => test.status === 'failed').map(({ fullName }) => `${file}: ${fullName}`)
  // A file that could not even be loaded holds no test that could have failed.
  return tests.length > 0 ? tests : [file]
}

async function runTests(filters: readonly string[]): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'elder-test-'))
  const file = join(folder, 'results.json')
  try {
    const green = await step('tests', 'vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...filters])
    const results = JSON.parse(readFileSync(file, 'utf8')) as Results
    const failed = results.testResults.flatMap(failuresIn)
    // A run that fails without a failed test (an open handle, a coverage threshold) is a failure all the same.
    return { passed: results.numPassedTests, skipped: results.numPendingTests, failed: failed.length === 0 && !green ? ['tests: see above'] : failed }
  } catch (error) {
    return { passed: 0, skipped: 0, failed: [`tests: the runner left no results: ${String(error)}`] }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const filters = process.argv.slice(2)
const reading = filters.length === 0 ? await readCode() : undefined
const { passed, skipped, failed } = reading !== undefined && reading.failed.length > 0 ? reading : await runTests(filters)

console.log('')
for (const one of failed) console.log(`FAIL ${one}`)
if (reading !== undefined && reading.failed.length > 0) console.log('the tests were not run: fix what is above first')
console.log(`${failed.length > 0 ? '\n' : ''}${passed} passed, ${failed.length} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exitCode = failed.length === 0 ? 0 : 1
