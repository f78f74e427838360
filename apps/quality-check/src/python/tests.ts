import type { FunctionDef, PythonExpression, PythonModule, PythonNode } from './ast.ts'
import type { PythonContext } from '../rules/rule.ts'
import { chainOf, contains, isFunctionDef } from './nodes.ts'

const known = new WeakMap<PythonModule, boolean>()

/** Whether a file contains tests, by its path or its imports. */
export function holdsTests({ module, fileClass }: PythonContext): boolean {
  if (fileClass === 'test') return true
  let found = known.get(module)
  if (found === undefined) {
    found = module.body.some((each) => (each.type === 'Import' && each.names.some(({ name }) => name === 'pytest' || name === 'unittest')) || (each.type === 'ImportFrom' && /^(pytest|unittest)$/.test(each.module ?? '')))
    known.set(module, found)
  }
  return found
}

const runners = /^(?:pytest|unittest)\b/

/** Whether a file imports more than its test runner. Sample tests do not. */
export function testsSomething({ module }: PythonContext): boolean {
  const tests = knownSubjects.get(module) ?? module.body.some((each) => (each.type === 'Import' && each.names.some(({ name }) => !runners.test(name))) || (each.type === 'ImportFrom' && !runners.test(each.module ?? '')))
  knownSubjects.set(module, tests)
  return tests
}

const knownSubjects = new WeakMap<PythonModule, boolean>()

/** Whether a test runner calls the function. */
export function isTest(node: PythonNode): node is FunctionDef {
  return isFunctionDef(node) && /^test(_|[A-Z]|$)/.test(node.name)
}

const asserting = /(^|\.)_?(assert|expect|should|verify|ensure|must|check|validate|raises|warns|deprecated_call|fail|approx|match|compare|run_test|do_test|_test|test_)/i

/** Whether a test contains an assertion, so that an observed value can fail it. */
export function asserts(node: PythonNode, helpers: ReadonlySet<string>): boolean {
  return contains(node, (each) => isAssertion(each) || (each.type === 'Call' && helpers.has(chainOf(each.func).replace(/^(self|cls)\./, ''))))
}

export function isAssertion(node: PythonNode): boolean {
  return node.type === 'Assert' || node.type === 'Raise' || (node.type === 'Call' && asserting.test(chainOf(node.func)))
}

const helpersOf = new WeakMap<PythonModule, ReadonlySet<string>>()

/** Names of functions that assert: functions of the test file whose body asserts, and everything imported from other test code. */
export function assertingNames(module: PythonModule): ReadonlySet<string> {
  let names = helpersOf.get(module)
  if (names === undefined) {
    names = findAssertingNames(module)
    helpersOf.set(module, names)
  }
  return names
}

function findAssertingNames(module: PythonModule): ReadonlySet<string> {
  const names = new Set<string>()
  const own: FunctionDef[] = []
  contains(module, (node) => {
    if (isFunctionDef(node) && !isTest(node)) own.push(node)
    if (node.type === 'ImportFrom' && (node.level > 0 || /test|util|helper|common|support|fixture/i.test(node.module ?? ''))) for (const { name, asname } of node.names) names.add(asname ?? name)
    return false
  })
  for (let before = -1; before !== names.size; ) {
    before = names.size
    for (const node of own) if (!names.has(node.name) && node.body.some((statement) => asserts(statement, names))) names.add(node.name)
  }
  return names
}

/** The reason in a call: the first text among its arguments. */
export function reasonIn(node: PythonExpression): string {
  if (node.type !== 'Call') return ''
  const texts = [...node.keywords.filter(({ arg }) => arg === 'reason' || arg === 'msg').map(({ value }) => value), ...node.args].map(wordsOf)
  return texts.find((text) => text !== '') ?? ''
}

// A concatenated text is a reason as well.
function wordsOf(node: PythonExpression): string {
  if (node.type === 'Constant') return node.kind === 'str' ? node.value.trim() : ''
  return node.type === 'Name' || node.type === 'Attribute' || node.type === 'JoinedStr' || node.type === 'BinOp' ? 'given elsewhere' : ''
}
