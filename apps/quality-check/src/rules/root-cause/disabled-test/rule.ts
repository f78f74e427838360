import type { CallExpression, Node } from '@oxc-project/types'
import { chainOf, enclosingFunction, isFunction, nameOfFunction, textIn } from '../../../javascript/nodes.ts'
import { isExcused, isExcusedWithOthers } from '../../../javascript/comments.ts'
import { headOf, holdsTests, loadsAnything, optionOf, testCallOf, type TestCall } from '../../../javascript/test-calls.ts'
import type { JavaScriptContext, SyntaxRule } from '../../rule.ts'
import { python } from './python.ts'
import { lowerBound } from '../../../syntax/lower-bound.ts'

export const rule: SyntaxRule = {
  id: 'disabled-test',
  kind: 'syntax',
  title: 'Test switched off',
  why: 'A test that is skipped no longer says whether the code works, and the run is green all the same.',
  fix: 'Fix what the test found and enable it. If it cannot run, say why in a comment, or delete it with the code it tested.',
  category: 'root_cause',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python'],
  adviceUnlessNew: ['javascript'],
  python,
  javascript: {
    CallExpression(node, context) {
      if (!holdsTests(context)) return
      if (isSkippedFromInside(node, context)) return context.report(node, { message: 'the test skips itself and gives no reason', ...asFound(context) })
      const test = testCallOf(node)
      if (test !== undefined && isOfNoCase(node) && !isExcused(context, headOf(node, test))) return context.report(node.callee, { message: `the table of ${test.title === '' ? 'the test' : `"${test.title}"`} is empty: it never runs`, ...asFound(context) })
      if (test === undefined || isPending(node, test) || isChosen(context) || isOwnSkip(context) || byHand.test(test.title)) return
      const skipped = test.modifiers.includes('skip') || test.modifiers.includes('fixme') || isTrue(optionOf(test.options, 'skip'))
      if (skipped && !isExcused(context, headOf(node, test)) && !isExcusedBefore(node, context)) context.report(node.callee, { message: `${test.kind === 'group' ? 'a group of tests' : 'the test'}${test.title === '' ? '' : ` "${test.title}"`} is switched off without a reason`, ...asFound(context) })
    },
  },
}

// How many disabled tests in a row one comment may speak of.
const longestRun = 20

/** "The following tests …" above the first of several disabled tests in a row. */
function isExcusedBefore(node: CallExpression, context: JavaScriptContext): boolean {
  const [block, statement] = context.ancestors.slice(-2)
  if ((block?.type !== 'BlockStatement' && block?.type !== 'Program') || statement?.type !== 'ExpressionStatement' || statement.expression !== node) return false
  const at = lowerBound<Node>(block.body, ({ start }) => start < statement.start)
  const before = block.body.slice(Math.max(0, at - longestRun), at)
  const run = before.slice(before.findLastIndex((each) => !isDisabled(each)) + 1)
  return run.some((each) => isExcusedWithOthers(context, { start: each.start, end: each.start }))
}

const isDisabled = (statement: Node): boolean => statement.type === 'ExpressionStatement' && statement.expression.type === 'CallExpression' && testCallOf(statement.expression)?.modifiers.includes('skip') === true

/** it.each([])('…', …) */
function isOfNoCase({ callee }: CallExpression): boolean {
  if (callee.type !== 'CallExpression' || !/\.(?:each|for)$/.test(chainOf(callee.callee))) return false
  const [table] = callee.arguments
  return table?.type === 'ArrayExpression' && table.elements.length === 0
}

/** A file without imports is mostly sample input of a test runner, so the finding is advice. */
const asFound = (context: JavaScriptContext) => !loadsAnything(context) && { advice: true as const }

/** A pending test without a body, or one with a condition and a reason: no working test is disabled. */
function isPending({ arguments: given }: CallExpression, { body }: TestCall): boolean {
  if (given.length > 1 && textIn(given.at(-1)) !== undefined) return true
  return body === undefined ? given.length < 2 : body.body?.type === 'BlockStatement' && body.body.body.length === 0
}

/** The platform or the test case decides whether it is skipped. */
function isChosen({ ancestors }: JavaScriptContext): boolean {
  const around = ancestors.slice(ancestors.findLastIndex(isFunction) + 1)
  return around.some(({ type }) => type === 'IfStatement' || type === 'ConditionalExpression' || type === 'LogicalExpression')
}

const byHand = /\bmanual(?:ly)?\b/i

/** A helper of the project that is named skip and calls the runner's. */
function isOwnSkip({ ancestors }: JavaScriptContext): boolean {
  const owner = enclosingFunction(ancestors)
  return owner !== undefined && /^x?(?:skip|it|test|describe)$/.test(nameOfFunction(owner, ancestors.slice(0, ancestors.indexOf(owner))).name)
}

const isTrue = (node: Node | undefined) => node?.type === 'Literal' && node.value === true

// Other objects, such as tree walkers, have a method named skip, too.
const runsTests = /(?:^|\.)(?:it|test|specify|describe|suite|context|before|beforeEach|beforeAll|setup)(?:\.\w+|\(\))*$/

/** t.skip() or this.skip() as the first statement of a test. */
function isSkippedFromInside(node: CallExpression, context: JavaScriptContext): boolean {
  if (node.arguments.length > 0 || !/^(t|ctx|context|this|test)\.(skip|fixme)$/.test(chainOf(node.callee))) return false
  const [call, owner, block, statement] = context.ancestors.slice(-4)
  if (call?.type !== 'CallExpression' || !runsTests.test(chainOf(call.callee))) return false
  return statement?.type === 'ExpressionStatement' && block?.type === 'BlockStatement' && block.body[0] === statement && isFunction(owner) && !isExcused(context, node)
}
