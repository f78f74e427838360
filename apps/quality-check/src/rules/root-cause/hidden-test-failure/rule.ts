import type { Node, TryStatement } from '@oxc-project/types'
import { chainOf, contains, mentions, nameOf, namesBoundBy, outsideFunctions } from '../../../javascript/nodes.ts'
import { isExplained } from '../../../javascript/comments.ts'
import { holdsTests, testCallOf, type TestCall } from '../../../javascript/test-calls.ts'
import type { SyntaxRule } from '../../rule.ts'
import { python } from './python.ts'

export const rule: SyntaxRule = {
  id: 'hidden-test-failure',
  kind: 'syntax',
  title: 'Failing assertion caught in the test',
  why: 'A failing assertion throws: caught here and not thrown again, it leaves the test green.',
  fix: 'Take the assertions out of the try, or use the framework\'s way to expect an error.',
  category: 'root_cause',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python'],
  adviceUnlessNew: true,
  python,
  javascript: {
    TryStatement(node, context) {
      if (!holdsTests(context) || node.handler === null || node.finalizer !== null) return
      const test = context.ancestors.map((each) => (each.type === 'CallExpression' ? testCallOf(each) : undefined)).find((call) => call?.kind === 'test')
      if (test === undefined || !contains(node.block, isCheck, outsideFunctions)) return
      const { body, param } = node.handler
      const caught = param?.type === 'Identifier' ? param.name : ''
      const handled = contains(body, (each) => isWayOut(each) || (caught !== '' && each.type === 'Identifier' && each.name === caught))
      const logged = handled && body.body.length > 0 && body.body.every(isLog)
      if ((!handled || logged) && !isExplained(context, node.handler) && !isCounted(node, test)) context.report({ start: node.handler.start, end: node.handler.start + 'catch'.length }, { message: 'an assertion that fails in this try is caught and forgotten: the test stays green', ...(isRecorded(test) && { advice: true }) })
    },
  },
}

/** What the try notes after its assertions is asserted later: `matches++`, then `expect(matches).toBe(3)`. */
function isCounted({ block: { body }, end }: TryStatement, { body: test }: TestCall): boolean {
  const checked = body.findIndex((statement) => contains(statement, isCheck, outsideFunctions))
  const noted = body.slice(checked + 1).flatMap((statement) => (statement.type === 'ExpressionStatement' ? namesChangedBy(statement.expression) : []))
  return test !== undefined && noted.some((name) => contains(test, (each) => isCheck(each) && each.start > end && mentions(each, name)))
}

function namesChangedBy(node: Node): readonly string[] {
  if (node.type === 'UpdateExpression') return namesBoundBy(node.argument)
  return node.type === 'AssignmentExpression' ? namesBoundBy(node.left) : []
}

/** A runner that passes an assert object records failures there, without exceptions. */
const isRecorded = ({ body }: TestCall) => body?.params.some((each) => nameOf(each) === 'assert') === true

const isCheck = (node: Node) => node.type === 'CallExpression' && /^(expect|assert)(\(|\.|$)/.test(chainOf(node.callee)) && !chainOf(node.callee).endsWith('.fail')

// The failure is used: thrown, asserted on, passed to a callback, or stored.
const isWayOut = (node: Node) =>
  node.type === 'ThrowStatement' || node.type === 'AssignmentExpression' || node.type === 'ReturnStatement' || node.type === 'ContinueStatement' || node.type === 'UpdateExpression' || (node.type === 'CallExpression' && !chainOf(node.callee).startsWith('console.'))

const isLog = (node: Node) => node.type === 'ExpressionStatement' && node.expression.type === 'CallExpression' && /^(console|log|logger)\./.test(chainOf(node.expression.callee))
