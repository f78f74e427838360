import type { Node } from '@oxc-project/types'
import { chainOf, isFunction, lastName } from '../../../javascript/nodes.ts'
import { holdsTests, testCallOf } from '../../../javascript/test-calls.ts'
import type { SyntaxRule } from '../../rule.ts'
import { python } from './python.ts'

const shortestMs = 20
const sleeps = /^(sleep|delay|wait|pause|timeout|setTimeout|waitForTimeout|snooze|wait(Ms|For)?)$/

export const rule: SyntaxRule = {
  id: 'sleep-in-test',
  kind: 'syntax',
  title: 'Test that waits for a fixed time',
  why: 'It is too short on a busy machine and too long on every other: the test fails now and then, and a race in the code stays hidden.',
  fix: 'Wait until the thing itself is seen (poll, event, fake clock).',
  category: 'root_cause',
  severity: 'note',
  confidence: 'medium',
  languages: ['javascript', 'python'],
  python,
  javascript: {
    AwaitExpression(node, context) {
      if (!holdsTests(context) || /useFakeTimers|mock\.timers/.test(context.text)) return
      const waited = waitedMs(node.argument)
      if (waited === undefined || waited < shortestMs) return
      if (context.ancestors.some((each) => each.type === 'CallExpression' && testCallOf(each)?.kind === 'test')) context.report(node, { message: `the test waits ${waited} ms and hopes that is enough` })
    },
  },
}

function waitedMs(node: Node): number | undefined {
  if (node.type === 'CallExpression' && sleeps.test(lastName(chainOf(node.callee)))) return numberIn(node.arguments[0])
  if (node.type !== 'NewExpression' || chainOf(node.callee) !== 'Promise' || !isFunction(node.arguments[0])) return undefined
  const { body } = node.arguments[0]
  const only = body?.type === 'BlockStatement' ? (body.body.length === 1 ? body.body[0] : undefined) : body
  const call = only?.type === 'ExpressionStatement' ? only.expression : only
  return call?.type === 'CallExpression' && chainOf(call.callee) === 'setTimeout' && call.arguments[0]?.type === 'Identifier' ? numberIn(call.arguments[1]) : undefined
}

const numberIn = (node: Node | undefined) => (node?.type === 'Literal' && typeof node.value === 'number' ? node.value : undefined)
