import type { Node } from '@oxc-project/types'
import { isReasoned } from '../../../javascript/comments.ts'
import { isLiteralData } from '../../../javascript/literals.ts'
import { bare, contains, isFunction, nameOf, nameOfFunction, namesBoundBy, textIn, type FunctionNode } from '../../../javascript/nodes.ts'
import type { JavaScriptContext, SyntaxRule } from '../../rule.ts'
import { python } from './python.ts'
import { isForShow, isMadeUp, isPlainQuantity, isSentence, type Comparison, type HardCoded } from './values.ts'

export const rule: SyntaxRule = {
  id: 'answer-for-one-input',
  kind: 'syntax',
  title: 'Hard-coded answer for one input',
  why: 'One input gets a hard-coded answer, while all others are looked up or computed. If the computation was wrong for that input, it still is, and the special case hides it.',
  fix: 'Remove the special case and correct the lookup or the computation. Put what a demonstration or a test needs into its data.',
  category: 'root_cause',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python'],
  inTests: 'off',
  inDocs: 'off',
  adviceUnlessNew: true,
  python,
  javascript: { FunctionDeclaration: check, FunctionExpression: check, ArrowFunctionExpression: check },
}

function check(node: FunctionNode, context: JavaScriptContext): void {
  if (node.body?.type !== 'BlockStatement' || node.params.length === 0) return
  const { body } = node.body
  const parameters = new Set(node.params.flatMap(namesBoundBy))
  const cases = body.flatMap((each) => (each.type === 'IfStatement' && each.alternate === null ? [{ at: each, compared: comparedIn(each.test, parameters), answer: answerOf(each.consequent) }] : []))
  // Several of them are a table.
  const [only, ...more] = cases.filter(({ compared, answer }) => compared !== undefined && answer !== undefined)
  if (only?.compared === undefined || only.answer === undefined || more.length > 0 || !isMadeUp(only.compared, readAnswer(only.answer))) return
  const after = body.slice(body.indexOf(only.at) + 1)
  if (!after.some(works) || isForShow(nameOfFunction(node, context.ancestors).name) || isReasoned(context, only.at)) return
  context.report({ start: only.at.start, end: only.at.test.end + 1 }, { message: `the answer for ${only.compared.map(({ name, value }) => `${name} ${JSON.stringify(value)}`).join(' and ')} is hard-coded; the function computes it for every other input` })
}

/** `id === 42`, or several of them joined by &&. */
function comparedIn(given: Node, parameters: ReadonlySet<string>): Comparison[] | undefined {
  const test = bare(given)
  if (test.type === 'LogicalExpression' && test.operator === '&&') {
    const [left, right] = [comparedIn(test.left, parameters), comparedIn(test.right, parameters)]
    return left && right && [...left, ...right]
  }
  if (test.type !== 'BinaryExpression' || !/^===?$/.test(test.operator)) return undefined
  const [left, right] = [bare(test.left), bare(test.right)]
  const value = right.type === 'Literal' && typeof right.value === 'number' ? right.value : textIn(right)
  const name = left.type === 'Identifier' && parameters.has(left.name) ? left.name : left.type === 'MemberExpression' && left.object.type === 'Identifier' && parameters.has(left.object.name) && !left.computed ? nameOf(left.property) : undefined
  return value === undefined || name === undefined ? undefined : [{ name, value }]
}

function answerOf(branch: Node): Node | undefined {
  const only = branch.type === 'BlockStatement' ? (branch.body.length === 1 ? branch.body[0] : undefined) : branch
  return only?.type === 'ReturnStatement' && only.argument !== null && isLiteralData(only.argument) ? bare(only.argument) : undefined
}

function readAnswer(node: Node): HardCoded {
  return { isQuantity: node.type === 'Literal' && typeof node.value === 'number' && isPlainQuantity(node.value), isRecord: isRecord(node), isSentence: isSentence(textIn(node) ?? '') }
}

/** An object of several fields, one of them a text, or a list of such. */
function isRecord(given: Node): boolean {
  const node = bare(given)
  if (node.type === 'ArrayExpression') return node.elements.length > 0 && node.elements.every((each) => each !== null && isRecord(each))
  return node.type === 'ObjectExpression' && node.properties.length > 1 && node.properties.some((each) => each.type === 'Property' && (textIn(bare(each.value)) ?? '').length > 1)
}

/** Whether it returns what a call or a computation gives, as for all other inputs. */
const works = (statement: Node): boolean => contains(statement, (node) => node.type === 'ReturnStatement' && node.argument !== null && contains(node.argument, ({ type }) => type === 'CallExpression' || type === 'BinaryExpression'), (node) => !isFunction(node))
