import type { FunctionDef, PythonExpression, PythonNode, PythonStatement } from '../../../python/ast.ts'
import { isReasoned } from '../../../python/comments.ts'
import { bodyOf, contains, outsideFunctions, parametersOf } from '../../../python/nodes.ts'
import type { PythonContext, SyntaxRule } from '../../rule.ts'
import { isForShow, isMadeUp, isPlainQuantity, isSentence, type Compared, type Comparison, type HardCoded } from './values.ts'

export const python: SyntaxRule['python'] = { FunctionDef: check, AsyncFunctionDef: check }

function check(node: FunctionDef, context: PythonContext): void {
  const body = bodyOf(node)
  const parameters = new Set(parametersOf(node))
  const cases = body.flatMap((each) => (each.type === 'If' && each.orelse.length === 0 ? [{ at: each, compared: comparedIn(each.test, parameters), answer: answerOf(each.body) }] : []))
  // Several of them are a table.
  const [only, ...more] = cases.filter(({ compared, answer }) => compared !== undefined && answer !== undefined)
  if (only?.compared === undefined || only.answer === undefined || more.length > 0 || !isMadeUp(only.compared, readAnswer(only.answer))) return
  const after = body.slice(body.indexOf(only.at) + 1)
  if (!after.some(works) || isForShow(node.name) || isReasoned(context, only.at)) return
  context.report({ start: only.at.start, end: only.at.test.end }, { message: `the answer for ${only.compared.map(({ name, value }) => `${name} ${JSON.stringify(value)}`).join(' and ')} is hard-coded; the function computes it for every other input` })
}

/** `id == 42`, or several of them joined by "and". */
function comparedIn(test: PythonExpression, parameters: ReadonlySet<string>): Comparison[] | undefined {
  if (test.type === 'BoolOp' && test.op === 'and') {
    const parts = test.values.map((value) => comparedIn(value, parameters))
    return parts.every((part) => part !== undefined) ? parts.flat() : undefined
  }
  if (test.type !== 'Compare' || test.ops.length !== 1 || test.ops[0] !== '==') return undefined
  const value = constantOf(test.comparators[0])
  const { left } = test
  const name = left.type === 'Name' && parameters.has(left.id) ? left.id : left.type === 'Attribute' && left.value.type === 'Name' && parameters.has(left.value.id) ? left.attr : undefined
  return value === undefined || name === undefined ? undefined : [{ name, value }]
}

const constantOf = (node: PythonExpression | undefined): Compared | undefined => (node?.type === 'Constant' && (node.kind === 'int' || node.kind === 'float' || node.kind === 'str') ? node.value : undefined)

function answerOf(body: readonly PythonStatement[]): PythonExpression | undefined {
  const [only] = body
  return body.length === 1 && only?.type === 'Return' && only.value !== null ? only.value : undefined
}

function readAnswer(node: PythonExpression): HardCoded {
  const value = constantOf(node)
  return { isQuantity: value !== undefined && typeof value !== 'string' && isPlainQuantity(value), isRecord: isRecord(node), isSentence: typeof value === 'string' && isSentence(value) }
}

/** A dictionary of several constants, one of them a text, or a list of such. */
function isRecord(node: PythonExpression): boolean {
  if (node.type === 'List' || node.type === 'Tuple') return node.elts.length > 0 && node.elts.every(isRecord)
  return node.type === 'Dict' && node.values.length > 1 && node.values.every(({ type }) => type === 'Constant') && node.values.some((each) => each.type === 'Constant' && each.kind === 'str' && each.value.length > 1)
}

/** Whether it returns what a call or a computation gives, as for all other inputs. */
const works = (statement: PythonNode): boolean => contains(statement, (node) => node.type === 'Return' && node.value !== null && contains(node.value, ({ type }) => type === 'Call' || type === 'BinOp' || type === 'Subscript'), outsideFunctions)
