import type { CallExpression, Node } from '@oxc-project/types'
import { bare, chainOf, contains, isFunction, walk, type FunctionNode } from '../../../javascript/nodes.ts'
import { holdsTests, testCallOf, subjectsOf } from '../../../javascript/test-calls.ts'
import type { JavaScriptContext, SyntaxRule } from '../../rule.ts'
import { python } from './python.ts'

const equality = /^expect\(\)\.(toBe|toEqual|toStrictEqual|to\.equal|to\.be\.equal|to\.eql|to\.deep\.equal)$/
const truth = /^expect\(\)\.(toBeTruthy|toBeDefined|to\.be\.ok|to\.exist)$/
const equalCalls = /^(assert|t|t\.assert|assert\.strict)\.(equal|strictEqual|deepEqual|deepStrictEqual|is|same|eq)$/
const okCalls = /^(assert|(assert|t|t\.assert)\.(ok|true|truthy|assert))$/
// A title or message which says that the code must only complete.
const harmless = /(?:\bnot?|n't|\bnever|\bwithout) (?:\w+ ){0,3}(?:crash|throw|fail|error|reject|blow)/i

export const rule: SyntaxRule = {
  id: 'assertion-cannot-fail',
  kind: 'syntax',
  title: 'Assertion that can never fail',
  why: 'It compares a constant, or a thing with itself: it holds whatever the code does, and the test looks like one.',
  fix: 'Assert something the code under test decides, or delete the test.',
  category: 'root_cause',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python'],
  adviceUnlessNew: ['javascript'],
  python,
  javascript: {
    CallExpression(node, context) {
      if (!holdsTests(context)) return
      const [actual, expected] = comparedBy(node)
      if (actual === undefined) return
      const constant = expected === 'true' ? isTruthy(actual) : expected !== undefined && (isTrue(expected) ? isTruthy(actual) : isConstant(actual) && isConstant(expected) && (actual.type !== 'Literal' || isSame(actual, expected, context)))
      // A getter or proxy may return a different value each time.
      const same = expected !== undefined && expected !== 'true' && actual.type !== 'Literal' && isSame(actual, expected, context)
      if (!same && !(constant && isPlain(context) && !standsIn(context) && !harmless.test(context.textOf(node)))) return
      const subjects = subjectsOf(context)
      // A runner refuses a file without a test, so one that gathers others holds one that means nothing.
      if (subjects === 'tests') return
      const isUnsure = subjects === 'none' || (!constant && actual.type !== 'Identifier')
      context.report(node, { message: `"${context.textOf(node)}" holds whatever the code does`, ...(isUnsure && { advice: true }) })
    },
  },
}

/** The actual and the expected value of an assertion; "true" stands for any truthy value. */
function comparedBy(node: CallExpression): [Node | undefined, (Node | 'true' | undefined)?] {
  const chain = chainOf(node.callee)
  const [first, second] = node.arguments
  if (okCalls.test(chain)) return [first, 'true']
  if (equalCalls.test(chain)) return [first, second]
  if (equality.test(chain)) return [expectedOn(node), first]
  return truth.test(chain) ? [expectedOn(node), 'true'] : [undefined]
}

/** The argument of expect() at the start of a chain. */
function expectedOn(node: CallExpression): Node | undefined {
  let at: Node = node.callee
  while (at.type === 'MemberExpression') at = bare(at.object)
  return at.type === 'CallExpression' && at.arguments.length === 1 ? at.arguments[0] : undefined
}

// In a callback or a branch it marks a line as reached, which the runner counts.
function isPlain({ ancestors, text }: JavaScriptContext): boolean {
  const [call, body, block, statement] = ancestors.slice(-4)
  return statement?.type === 'ExpressionStatement' && block?.type === 'BlockStatement' && isFunction(body) && call?.type === 'CallExpression' && isOfOutcome(call) && !handsOnVerdict(body) && !/\b(plan|assertions|hasAssertions)\(/.test(text)
}

/** `if (isPostgres) it('stores', …) else it('needs Postgres', …)`: it stands in for the tests of the other branch, and its title says why. */
function standsIn({ ancestors }: JavaScriptContext): boolean {
  return ancestors.some((each, index) => {
    const branch = ancestors[index + 1]
    if (each.type !== 'IfStatement' || branch === undefined || each.alternate === null) return false
    return testsIn(branch) === 1 && testsIn(branch === each.alternate ? each.consequent : each.alternate) > 0
  })
}

function testsIn(branch: Node): number {
  let tests = 0
  walk(branch, (node) => {
    if (node.type === 'CallExpression' && testCallOf(node)?.kind === 'test') tests++
  })
  return tests
}

/** `load().then(done.fail).catch(done)`: what is called back decides. */
function handsOnVerdict({ params: [first], body }: FunctionNode): boolean {
  if (first?.type !== 'Identifier' || body === null) return false
  const done = first.name
  return contains(body, (node) => node.type === 'CallExpression' && node.arguments.some((given) => [done, `${done}.fail`].includes(chainOf(given))))
}

/** A test that must do more than complete without an exception. */
function isOfOutcome(call: CallExpression): boolean {
  const test = testCallOf(call)
  return test?.kind === 'test' && !harmless.test(test.title)
}

/** true, or an expression with "|| true". */
const isTruthy = (given: Node): boolean => {
  const node = bare(given)
  return node.type === 'Literal' ? Boolean(node.value) : node.type === 'LogicalExpression' && node.operator === '||' && isTruthy(node.right)
}

const isTrue = (node: Node) => node.type === 'Literal' && node.value === true

/** A constant expression, which no tested code influences: 1 + 1. */
const isConstant = (given: Node): boolean => {
  const node = bare(given)
  return node.type === 'Literal' || (node.type === 'BinaryExpression' && isConstant(node.left) && isConstant(node.right)) || (node.type === 'UnaryExpression' && isConstant(node.argument))
}

/** Equal constants, or the same names; calls may return different values each time. */
function isSame(actual: Node, expected: Node, { textOf }: JavaScriptContext): boolean {
  if (textOf(actual) !== textOf(expected)) return false
  return !contains(actual, ({ type }) => !['Literal', 'Identifier', 'MemberExpression', 'ThisExpression', 'TemplateLiteral', 'TemplateElement', 'UnaryExpression'].includes(type))
}
