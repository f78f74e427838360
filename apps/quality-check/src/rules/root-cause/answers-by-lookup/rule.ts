import type { Node, Statement } from '@oxc-project/types'
import { isLiteralData } from '../../../javascript/literals.ts'
import { bare, namesBoundBy, nameOfFunction, type FunctionNode } from '../../../javascript/nodes.ts'
import type { JavaScriptContext, SyntaxRule } from '../../rule.ts'
import { fewestAnswers, fewestNumbers, isComputation, isEnumerated, isQuantity, isTrivial } from './names.ts'
import { python } from './python.ts'

export const rule: SyntaxRule = {
  id: 'answers-by-lookup',
  kind: 'syntax',
  title: 'Answers written out instead of worked out',
  why: 'It knows by heart what a few inputs give, as a test would ask, and not how to get there: every other input is wrong.',
  fix: 'Work the answer out from the input.',
  category: 'root_cause',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python'],
  inTests: 'off',
  python,
  javascript: {
    FunctionDeclaration: check,
    FunctionExpression: check,
    ArrowFunctionExpression: check,
  },
}

// A lookup table whose name is a verb looks the same.
function check(node: FunctionNode, context: JavaScriptContext): void {
  if (node.body?.type !== 'BlockStatement') return
  const { name, start, end } = nameOfFunction(node, context.ancestors)
  if (!isQuantity(name)) return
  const parameters = new Set(node.params.flatMap(namesBoundBy))
  const known = numbersKnown(node.body.body, parameters)
  if (known >= fewestNumbers) return context.report({ start, end }, { message: `${name} knows ${known} answers by heart and works out none`, advice: 'unless_new' })
  if (!isComputation(name)) return
  const cases = casesOf(node.body.body, parameters)
  if (cases >= fewestAnswers) return context.report({ start, end }, { message: `${name} knows ${cases} answers by heart and works out none`, advice: true })
  const statements: (Statement | Node)[] = node.body.body
  const answers = statements.filter((each) => isAnswer(each, parameters)).length
  const rest = statements.length - answers
  const last = statements.at(-1)
  const gives = last?.type === 'ThrowStatement' || (last?.type === 'ReturnStatement' && (last.argument === null || isLiteralData(last.argument)))
  if (answers >= fewestAnswers && (rest === 0 || (rest === 1 && gives))) context.report({ start, end }, { message: `${name} knows ${answers} answers by heart and works out none`, advice: true })
}

/** switch (n) { case 5: return 120 }, numbers to numbers: kinds to settings are a table. */
function casesOf([first, second, ...more]: readonly (Statement | Node)[], parameters: ReadonlySet<string>): number {
  if (first?.type !== 'SwitchStatement' || first.discriminant.type !== 'Identifier' || !parameters.has(first.discriminant.name) || more.length > 0) return 0
  if (second !== undefined && second.type !== 'ThrowStatement' && (second.type !== 'ReturnStatement' || (second.argument !== null && !isNumber(second.argument)))) return 0
  const answers = first.cases.map(({ consequent: [only] }) => only)
  const areKnown = answers.every((only) => only === undefined || only.type === 'ThrowStatement' || (only.type === 'ReturnStatement' && only.argument !== null && isNumber(only.argument)))
  return areKnown && first.cases.every(({ test }) => test === null || isNumber(test)) ? first.cases.filter(({ test }) => test !== null).length : 0
}

const isNumber = (given: Node): boolean => {
  const node = bare(given)
  return (node.type === 'Literal' && typeof node.value === 'number') || (node.type === 'UnaryExpression' && isNumber(node.argument))
}

/** `if (n === 10) return 55`, `if (n === 20) return 6765`, and what was given for all others. */
function numbersKnown(body: readonly (Statement | Node)[], parameters: ReadonlySet<string>): number {
  const last = body.at(-1)
  const gives = last?.type === 'ReturnStatement' && (last.argument === null || isNumber(last.argument) || (last.argument.type === 'Identifier' && parameters.has(last.argument.name)))
  const answers = body.slice(0, -1)
  if (!gives || !answers.every((each) => isAnswer(each, parameters))) return 0
  return answers.filter((each) => each.type === 'IfStatement' && isNumeric(each.test)).length
}

/** A quantity is compared with a number of no meaning of its own. */
function isNumeric(given: Node): boolean {
  const test = bare(given)
  if (test.type === 'LogicalExpression') return isNumeric(test.left) || isNumeric(test.right)
  return test.type === 'BinaryExpression' && test.left.type === 'Identifier' && !isEnumerated(test.left.name) && test.right.type === 'Literal' && typeof test.right.value === 'number' && !isTrivial(test.right.value)
}

/** if (n === 5) return 120 */
function isAnswer(statement: Node, parameters: ReadonlySet<string>): boolean {
  if (statement.type !== 'IfStatement' || statement.alternate !== null) return false
  const only = statement.consequent.type === 'BlockStatement' ? statement.consequent.body[0] : statement.consequent
  return only?.type === 'ReturnStatement' && only.argument !== null && isLiteralData(only.argument) && isInput(statement.test, parameters)
}

function isInput(given: Node, parameters: ReadonlySet<string>): boolean {
  const test = bare(given)
  if (test.type === 'LogicalExpression') return isInput(test.left, parameters) && isInput(test.right, parameters)
  return test.type === 'BinaryExpression' && /^===?$/.test(test.operator) && test.left.type === 'Identifier' && parameters.has(test.left.name) && test.right.type === 'Literal'
}
