import type { CallExpression, Node } from '@oxc-project/types'
import { assertingNames, asserts } from '../../../javascript/assertions.ts'
import { isExplained } from '../../../javascript/comments.ts'
import { bare, chainOf, textIn, walk } from '../../../javascript/nodes.ts'
import { holdsTests, loadsAnything, testCallOf } from '../../../javascript/test-calls.ts'
import type { JavaScriptContext, SyntaxRule } from '../../rule.ts'
import { isDrawn, isOfType } from './names.ts'
import { python } from './python.ts'

export const rule: SyntaxRule = {
  id: 'type-asserted-for-value',
  kind: 'syntax',
  title: 'Test asserts only the type of a known result',
  why: 'The input is fixed, so the result is known, but the test asserts only its type. It passes with any other value of that type.',
  fix: 'Assert the value that this input must produce.',
  category: 'root_cause',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python'],
  adviceUnlessNew: true,
  python,
  javascript: {
    CallExpression(node, context) {
      if (!holdsTests(context) || !loadsAnything(context)) return
      const test = testCallOf(node)
      const body = test?.kind === 'test' ? test.body?.body : undefined
      if (test === undefined || body == null || isOfType(test.title)) return
      const found = typesAsserted(body, context)
      const [first] = found
      if (first === undefined || isExplained(context, body)) return
      context.report(first.at, { message: `the test asserts only the type of what ${first.of}() returns, not its value` })
    },
  },
}

/** `expect(typeof f(input)).toBe('number')` and the like, if the test asserts nothing else. */
function typesAsserted(body: Node, context: JavaScriptContext): { at: Node; of: string }[] {
  const found: { at: Node; of: string }[] = []
  let others = false
  walk(body, (node) => {
    if (others || node.type !== 'ExpressionStatement') return !others
    const type = node.expression.type === 'CallExpression' ? typeAsserted(node.expression) : undefined
    if (type === undefined) others = asserts(node, assertingNames(context.program))
    else found.push({ at: node, of: type })
    return false
  })
  return others ? [] : found
}

/** The function whose result's type is asserted. */
function typeAsserted(node: CallExpression): string | undefined {
  const matcher = /^(?:expect\(\)\.(?:toBe|toEqual|toStrictEqual|to\.equal)|assert\.(?:equal|strictEqual))$/.exec(chainOf(node.callee))?.[0]
  if (matcher === undefined) return undefined
  const [first, second] = node.arguments
  const callee = bare(node.callee)
  const of = matcher.startsWith('assert') ? first : callee.type === 'MemberExpression' ? subjectOf(callee.object) : undefined
  const expected = textIn(matcher.startsWith('assert') ? second : first)
  if (of?.type !== 'UnaryExpression' || of.operator !== 'typeof' || !/^(?:number|string|object|boolean)$/.test(expected ?? '')) return undefined
  const call = bare(of.argument)
  const called = call.type === 'AwaitExpression' ? bare(call.argument) : call
  if (called.type !== 'CallExpression' || called.arguments.length === 0) return undefined
  const name = chainOf(called.callee)
  return name === '' || isDrawn(name) ? undefined : name
}

/** The argument of expect(). */
function subjectOf(given: Node): Node | undefined {
  const node = bare(given)
  if (node.type === 'MemberExpression') return subjectOf(node.object)
  return node.type === 'CallExpression' ? node.arguments[0] : undefined
}
