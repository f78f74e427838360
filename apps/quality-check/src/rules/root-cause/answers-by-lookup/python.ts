import type { FunctionDef, PythonExpression, PythonStatement } from '../../../python/ast.ts'
import { bodyOf, nameRange, parametersOf } from '../../../python/nodes.ts'
import type { PythonContext, SyntaxRule } from '../../rule.ts'
import { fewestAnswers, fewestNumbers, isComputation, isEnumerated, isQuantity, isTrivial } from './names.ts'

export const python: SyntaxRule['python'] = { FunctionDef: check, AsyncFunctionDef: check }

function check(node: FunctionDef, context: PythonContext): void {
  if (!isQuantity(node.name)) return
  const parameters = new Set(parametersOf(node))
  const { answers, rest } = countAnswers(bodyOf(node), parameters)
  const [last] = rest
  const gives = last?.type === 'Raise' || (last?.type === 'Return' && (last.value === null || isConstant(last.value)))
  if (rest.length === 1 && last?.type === 'Return' && isNumberOrGiven(last.value, parameters) && numbersKnown(bodyOf(node)) >= fewestNumbers && (answers < fewestAnswers || !isComputation(node.name))) return context.report(nameRange(node), { message: `${node.name} knows ${answers} answers by heart and works out none`, advice: 'unless_new' })
  if (isComputation(node.name) && answers >= fewestAnswers && (rest.length === 0 || (rest.length === 1 && gives))) context.report(nameRange(node), { message: `${node.name} knows ${answers} answers by heart and works out none` })
}

/** if n == 5: return 120, including elif and else. */
function countAnswers(body: readonly PythonStatement[], parameters: ReadonlySet<string>): { answers: number; rest: readonly PythonStatement[] } {
  let answers = 0
  const rest: PythonStatement[] = []
  for (const statement of body) {
    const [only] = statement.type === 'If' ? statement.body : []
    if (statement.type !== 'If' || only?.type !== 'Return' || only.value === null || !isConstant(only.value) || !isInput(statement.test, parameters)) {
      rest.push(statement)
      continue
    }
    const inner = countAnswers(statement.orelse, parameters)
    answers += 1 + inner.answers
    rest.push(...inner.rest)
  }
  return { answers, rest }
}

const numbersKnown = (body: readonly PythonStatement[]): number => body.filter((each) => each.type === 'If' && isNumeric(each.test)).length

/** A quantity is compared with a number of no meaning of its own. */
function isNumeric(test: PythonExpression): boolean {
  if (test.type === 'BoolOp') return test.values.some(isNumeric)
  if (test.type !== 'Compare' || test.left.type !== 'Name' || isEnumerated(test.left.id)) return false
  const [right] = test.comparators
  return right?.type === 'Constant' && (right.kind === 'int' || right.kind === 'float') && !isTrivial(right.value)
}

const isNumberOrGiven = (value: PythonExpression | null, parameters: ReadonlySet<string>): boolean =>
  value === null || (value.type === 'Constant' && (value.kind === 'int' || value.kind === 'float' || value.kind === 'bool')) || (value.type === 'Name' && parameters.has(value.id))

const isConstant = (node: PythonExpression): boolean => node.type === 'Constant' || ((node.type === 'List' || node.type === 'Tuple') && node.elts.every(isConstant)) || (node.type === 'UnaryOp' && isConstant(node.operand))

function isInput(test: PythonExpression, parameters: ReadonlySet<string>): boolean {
  if (test.type === 'BoolOp') return test.values.every((value) => isInput(value, parameters))
  return test.type === 'Compare' && test.ops.length === 1 && test.ops[0] === '==' && test.left.type === 'Name' && parameters.has(test.left.id) && test.comparators[0]?.type === 'Constant'
}
