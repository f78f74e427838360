import type { Node, Program } from '@oxc-project/types'
import { isLiteralData } from '../../../javascript/literals.ts'
import { bare, chainOf, contains, enclosingFunction, namesBoundBy, textIn } from '../../../javascript/nodes.ts'
import type { JavaScriptContext, SyntaxRule } from '../../rule.ts'
import { admitsTest, isTestValue, takesInput } from './values.ts'
import { python } from './python.ts'
import { commentsBeside } from '../../../syntax/nearby.ts'

const testSwitch = /^(process\.env|import\.meta\.env|env|Deno\.env|Bun\.env)\.(NODE_ENV|APP_ENV|ENV|ENVIRONMENT|MODE)$/
const testFlag = /^(process\.env|import\.meta\.env|import\.meta)\.(VITEST|VITEST_WORKER_ID|JEST_WORKER_ID|CYPRESS|PLAYWRIGHT|PLAYWRIGHT_TEST|TEST|vitest)$/

export const rule: SyntaxRule = {
  id: 'test-special-case',
  kind: 'syntax',
  title: 'Answer made up for a test',
  why: 'For the input or the surroundings of a test it answers from a constant: the test is green and says nothing about what users get.',
  fix: 'Remove the special case and make the real path give the right answer; hand test doubles in from outside.',
  category: 'root_cause',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python'],
  adviceUnlessNew: true,
  inTests: 'off',
  python,
  javascript: {
    IfStatement(node, context) {
      const answer = answerOf(node.consequent)
      const owner = enclosingFunction(context.ancestors)
      if (answer === undefined || owner === undefined) return
      const parameters = new Set(owner.params.flatMap(namesBoundBy))
      const under = testOf(node.test, context)
      if (under !== undefined && isWorked(answer)) return context.report({ start: node.start, end: node.test.end + 1 }, { message: `under "${under}" the function answers ${brief(answer, context)}` })
      const said = commentsBeside(context.comments, context.text, node).find((comment) => admitsTest(comment.value) && isBeside(context.text, comment, node))
      if (said !== undefined && comparesInput(node.test, parameters)) return context.report({ start: node.start, end: node.test.end + 1 }, { message: `for one input the function answers ${brief(answer, context)}, and the comment says that a test wants it so` })
      const value = specialValue(node.test, parameters)
      if (value !== undefined) context.report({ start: node.start, end: node.test.end + 1 }, { message: `for the input "${value}" the function answers ${brief(answer, context)}` })
    },
    ConditionalExpression(node, context) {
      const given = context.ancestors.at(-1)?.type
      if ((given !== 'ReturnStatement' && given !== 'ArrowFunctionExpression') || textIn(node.consequent) !== undefined || !isLiteralData(node.consequent) || !isWorked(node.consequent)) return
      const under = testOf(node.test, context)
      if (under !== undefined && contains(node.alternate, ({ type }) => type === 'CallExpression')) context.report(node, { message: `under "${under}" the function answers ${brief(node.consequent, context)}` })
    },
  },
}

/** The constant that a branch returns, if it does nothing else. */
function answerOf(branch: Node): Node | undefined {
  const only = branch.type === 'BlockStatement' ? (branch.body.length === 1 ? branch.body[0] : undefined) : branch
  return only?.type === 'ReturnStatement' && only.argument !== null && isLiteralData(only.argument) ? only.argument : undefined
}

// Code that disables something in tests returns null or false; a made-up answer has content.
function isWorked(given: Node): boolean {
  const node = bare(given)
  if (node.type === 'ObjectExpression') return node.properties.length > 0
  if (node.type === 'ArrayExpression') return node.elements.length > 0
  return node.type === 'Literal' && (typeof node.value === 'string' ? node.value.length > 0 : typeof node.value === 'number' ? node.value > 1 : node.value === true)
}

function testOf(given: Node, context: JavaScriptContext): string | undefined {
  const node = bare(given)
  if (node.type === 'Identifier') return constantOf(node.name, context)
  if (node.type === 'BinaryExpression' && (node.operator === '===' || node.operator === '==')) {
    const [left, right] = [chainOf(node.left), textIn(node.right)]
    return testSwitch.test(left) && right !== undefined && /^test(ing)?$/.test(right) ? `${left} === '${right}'` : undefined
  }
  if (node.type === 'LogicalExpression') return testOf(node.left, context) ?? testOf(node.right, context)
  const chain = chainOf(node)
  return testFlag.test(chain) ? chain : undefined
}

/** The value of a constant of the file: const isTest = process.env.NODE_ENV === 'test'. */
function constantOf(name: string, context: JavaScriptContext): string | undefined {
  const [program] = context.ancestors
  if (program?.type !== 'Program') return undefined
  const init = constantsOf(program).get(name)
  return init === undefined || bare(init).type === 'Identifier' ? undefined : testOf(init, context)
}

const knownConstants = new WeakMap<Program, ReadonlyMap<string, Node>>()

/** What the constants of a file stand for; of two with one name, the first. */
function constantsOf(program: Program): ReadonlyMap<string, Node> {
  const known = knownConstants.get(program)
  if (known !== undefined) return known
  const declared = program.body.flatMap((statement) => (statement.type === 'VariableDeclaration' && statement.kind === 'const' ? statement.declarations : []))
  const constants = new Map(declared.flatMap(({ id, init }) => (id.type === 'Identifier' && init !== null ? [[id.name, init] as const] : [])).toReversed())
  knownConstants.set(program, constants)
  return constants
}

/** In the statement, on its line, or right above it. */
function isBeside(text: string, comment: { readonly start: number; readonly end: number }, { start, end }: Node): boolean {
  if (comment.start >= start && comment.start <= end) return true
  return comment.end <= start ? /^\s*$/.test(text.slice(comment.end, start)) : !text.slice(end, comment.start).includes('\n')
}

function comparesInput(given: Node, parameters: ReadonlySet<string>): boolean {
  const test = bare(given)
  if (test.type === 'LogicalExpression') return comparesInput(test.left, parameters) || comparesInput(test.right, parameters)
  return test.type === 'BinaryExpression' && /^===?$/.test(test.operator) && parameters.has(chainOf(test.left).split('.', 1)[0] ?? '') && bare(test.right).type === 'Literal'
}

/** The constant with which a parameter or its field is compared, if only tests use such a value. */
function specialValue(given: Node, parameters: ReadonlySet<string>): string | undefined {
  const node = bare(given)
  if (node.type !== 'BinaryExpression' || (node.operator !== '===' && node.operator !== '==')) return undefined
  const value = textIn(node.right)
  const [root = '', ...path] = chainOf(node.left).split('.')
  if (value === undefined || !parameters.has(root) || !takesInput(path.at(-1) ?? root)) return undefined
  return isTestValue(value) ? value : undefined
}

const brief = (node: Node, { textOf }: JavaScriptContext) => (node.end - node.start > 40 ? 'with data written out' : `"${textOf(node)}"`)
