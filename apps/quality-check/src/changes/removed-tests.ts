import { posix } from 'node:path'
import { rule } from '../rules/root-cause/weakened-test/rule.ts'
import type { PlacedDiagnostic } from '../repository/placed-diagnostic.ts'
import { readPath, type Language } from '../source-file.ts'
import type { RemovedFile } from './diff.ts'
import { assertionsIn, squeezed } from './weakened-tests.ts'

export interface Remaining {
  /** Paths that exist after the change. */
  readonly paths: readonly string[]
  /** New lines of tests: what they hold has moved. */
  readonly addedToTests: readonly string[]
}

const start = { line: 1, column: 1, endLine: 1, endColumn: 2 }

/** Deleted tests whose subject remains without any other test. Only what is sure is told: the test asserted, named its subject, and moved nowhere. */
export function removedTests(removed: readonly RemovedFile[], { paths, addedToTests }: Remaining): PlacedDiagnostic[] {
  const moved = new Set(addedToTests.map(squeezed))
  return removed.flatMap(({ path, lines }) => {
    const { language, fileClass } = readPath(path)
    const stem = stemOf(path)
    const asserted = fileClass === 'test' && stem !== '' ? assertionsIn(lines, language) : []
    if (asserted.length === 0 || asserted.some((each) => moved.has(each))) return []
    const alike = paths.filter((each) => each !== path && stemOf(each) === stem && readPath(each).language === language)
    if (alike.some((each) => readPath(each).fileClass === 'test')) return []
    const subject = alike.find((each) => isSubject(each, path, lines, language))
    if (subject === undefined) return []
    return [{ path, ...start, engine: 'elder' as const, rule: rule.id, message: `the test file is deleted, and ${subject}, which it tested, remains without it`, fix: 'Restore the tests and make the code right; where they moved, keep what they assert.' }]
  })
}

/** "pay" of pay.ts, pay.test.ts, test_pay.py, pay_test.go and PayTest.java; empty for a name that says nothing. */
export function stemOf(path: string): string {
  const name = posix.basename(path).replace(/\.\w+$/, '')
  const stem = name.replace(/^test_|[._-](?:test|spec)s?$|(?<=[a-z0-9])(?:Tests?|IT)$/, '')
  return /^(?:index|main|app|__init__|conftest|tests?|spec|setup|helpers?)$/i.test(stem) ? '' : stem
}

/** Whether a test imports the file. Go and Java need no import of what is in the same package. */
function isSubject(subject: string, test: string, lines: readonly string[], language: Language | undefined): boolean {
  if (language === 'go') return posix.dirname(subject) === posix.dirname(test)
  if (language === 'java') return posix.dirname(subject).replace('/main/', '/test/') === posix.dirname(test)
  const module = subject.replace(/\.\w+$/, '')
  if (language === 'python') return lines.some((line) => importsModule(line, module.split('/')))
  return lines.some((line) => [...line.matchAll(/["'](\.{1,2}\/[^"']{1,200})["']/g)].some(([, specifier = '']) => posix.join(posix.dirname(test), specifier).replace(/\.[cm]?[jt]sx?$/, '') === module))
}

function importsModule(line: string, parts: readonly string[]): boolean {
  const [, from, names = ''] = /^\s*(?:from\s+([\w.]+)\s+)?import\s+(.+)/.exec(line) ?? []
  const last = parts.at(-1) ?? ''
  const parent = parts.at(-2)
  const isLast = (module: string) => module === last || module.endsWith(`${parent === undefined ? '' : parent}.${last}`)
  if (from === undefined) return names.split(',').some((name) => isLast(name.trim().split(/\s/)[0] ?? ''))
  return isLast(from.replace(/^\.+/, '')) || (names.split(/[\s,()]+/).includes(last) && (parent === undefined || from.split('.').at(-1) === parent || /^\.+$/.test(from)))
}
