import type { Node, Program } from '@oxc-project/types'
import { chainOf, childrenOf, isFunction, namesBoundBy, textIn, walk } from './nodes.ts'

const asserting = /(^|\.)_?(expect|assert|should|verify|ensure|must|check|validate|attest|require[A-Z]|waitFor|waitUntil|eventually|fail|throws|rejects|satisf|snapshot|match|compare|equal|deepEqual|strictEqual|deepStrictEqual|notEqual|ok|is[A-Z]|run[A-Z]?\w*Test|test[A-Z]|run\(\)|runTests?$)/
const assertingObject = /^(t|tt|ctx\.assert|tap|assert|chai|sinon|cy|tester|ruleTester|scope|nock|is)\.(?!(context|log|teardown|after|before|mock|plan_|diagnostic|timeout|name|tmpdir|test|step|describe|it)\b)/
const finder = /(^|\.)(get|find)(All)?By[A-Z]\w*$/
const helperPath = /(test|spec|util|helper|fixture|support|common|setup|harness|assert|expect|mock|_|shared|runner)/i

const known = new WeakMap<Program, ReadonlySet<string>>()

/** Names of functions that assert: functions of the test file whose body asserts, and helpers that it imports. */
export function assertingNames(program: Program): ReadonlySet<string> {
  let names = known.get(program)
  if (names === undefined) {
    names = findAssertingNames(program)
    known.set(program, names)
  }
  return names
}

/** Whether a test contains an assertion, so that an observed value can fail it. */
export function asserts(body: Node, helpers: ReadonlySet<string>): boolean {
  let found = false
  walk(body, (node) => {
    found ||= isAssertion(node, helpers)
    return !found
  })
  return found
}

function isAssertion(node: Node, helpers: ReadonlySet<string>): boolean {
  if (node.type === 'ThrowStatement') return true
  if (node.type === 'MemberExpression' && !node.computed && node.property.name === 'should') return true
  if (node.type !== 'CallExpression' && node.type !== 'TaggedTemplateExpression' && node.type !== 'NewExpression') return false
  const chain = chainOf(node.type === 'TaggedTemplateExpression' ? node.tag : node.callee)
  const root = chain.split(/[.(]/, 1)[0] ?? ''
  if (helpers.has(root) || asserting.test(chain) || assertingObject.test(chain) || finder.test(chain)) return true
  // A helper that is passed as a callback: promise.then(assertAll), [..].forEach(check).
  return node.type === 'CallExpression' && node.arguments.some((argument) => argument.type === 'Identifier' && (helpers.has(argument.name) || /^(expect|assert|check|verify)/.test(argument.name)))
}

function findAssertingNames(program: Program): ReadonlySet<string> {
  const names = new Set<string>()
  const own: { name: string; body: Node }[] = []
  walk(program, (node) => {
    if (node.type === 'ImportDeclaration' && isHelper(node.source.value)) for (const { local } of node.specifiers) names.add(local.name)
    if (node.type === 'FunctionDeclaration' && node.id !== null && node.body !== null) own.push({ name: node.id.name, body: node.body })
    if (node.type === 'VariableDeclarator' && node.init !== null) readDeclarator(node.id, node.init)
  })

  function readDeclarator(id: Node, init: Node): void {
    if (chainOf(init).startsWith('require()') && isHelper(requiredPath(init))) for (const name of namesBoundBy(id)) names.add(name)
    if (isFunction(init) && init.body !== null && id.type === 'Identifier') own.push({ name: id.name, body: init.body })
  }

  // Repeats until no more functions are found that call one which asserts.
  for (let before = -1; before !== names.size; ) {
    before = names.size
    for (const { name, body } of own) if (!names.has(name) && asserts(body, names)) names.add(name)
  }
  return names
}

const isHelper = (path: string) => path.startsWith('.') && helperPath.test(path)

function requiredPath(node: Node): string {
  if (node.type === 'CallExpression' && chainOf(node.callee) === 'require') return textIn(node.arguments[0]) ?? ''
  return childrenOf(node).map(requiredPath).find((path) => path !== '') ?? ''
}
