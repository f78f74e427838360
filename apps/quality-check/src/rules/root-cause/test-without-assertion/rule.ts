import type { BlockStatement, Node } from '@oxc-project/types'
import { assertingNames, asserts } from '../../../javascript/assertions.ts'
import { isExplained } from '../../../javascript/comments.ts'
import { chainOf, contains, isFunction, mentions, namesBoundBy } from '../../../javascript/nodes.ts'
import { holdsTests, testCallOf } from '../../../javascript/test-calls.ts'
import type { SyntaxRule } from '../../rule.ts'
import { python } from './python.ts'

// The title of a test which checks that nothing is thrown.
const smoke = /\b(throw|throws|crash|crashes|fail|fails|error|errors|complain|compile|compiles|type|types|typed|smoke|render|renders|mount|mounts|load|loads|start|starts|hang|hangs|leak|leaks|warn|warns|accept|accepts|allow|allows|works?|run|runs|no-?op|safe|safely|does nothing|ignore|ignores|support|supports|can|abort|timeout)\b/i

export const rule: SyntaxRule = {
  id: 'test-without-assertion',
  kind: 'syntax',
  title: 'Test that asserts nothing',
  why: 'It passes whatever the code returns: it counts as a test and covers lines, and no fault would ever turn it red.',
  fix: 'Assert what a caller sees: the result, the state after it, or the error.',
  category: 'root_cause',
  severity: 'warning',
  confidence: 'medium',
  languages: ['javascript', 'python'],
  python,
  javascript: {
    CallExpression(node, context) {
      if (!holdsTests(context)) return
      const test = testCallOf(node)
      if (test?.kind !== 'test' || test.body?.body == null || test.modifiers.some((name) => /^(skip|todo|fixme|skipIf|fails|failing|extend|step)$/.test(name))) return
      const { body, params } = test.body
      if (params.flatMap(namesBoundBy).some((name) => /^(done|next|cb|callback|resolve|end)$/.test(name) && mentions(body, name))) return
      if (smoke.test(test.title) || asserts(body, assertingNames(context.program)) || !isHollow(body) || isExplained(context, body)) return
      context.report(node.callee, { message: `the test${test.title === '' ? '' : ` "${test.title}"`} asserts nothing: it passes whatever the code does` })
    },
  },
}

/** The test is empty, or computes something without using it. A test of calls alone may check that nothing is thrown. */
function isHollow(body: Node): boolean {
  if (body.type !== 'BlockStatement' || contains(body, (each) => isFunction(each) || each.type === 'ReturnStatement' || each.type.startsWith('TS'))) return false
  if (!contains(body, ({ type }) => type === 'CallExpression' || type === 'NewExpression')) return true
  return body.body.some((statement) => statement.type === 'VariableDeclaration' && statement.declarations.some(({ id, init }) => init !== null && isCall(init) && namesBoundBy(id).some((name) => isUnread(body, statement, name))))
}

const isCall = (node: Node): boolean => (node.type === 'AwaitExpression' ? isCall(node.argument) : node.type === 'CallExpression')

/** The variable is not used after its declaration, apart from console output. */
function isUnread(body: BlockStatement, binding: Node, name: string): boolean {
  return body.body.every((statement) => statement === binding || !mentions(statement, name) || (statement.type === 'ExpressionStatement' && chainOf(statement.expression).startsWith('console.')))
}
