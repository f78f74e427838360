import type { PythonExpression, PythonStatement } from '../../../python/ast.ts'
import { chainOf, contains, isFunctionDef, parametersOf } from '../../../python/nodes.ts'
import type { PythonContext, SyntaxRule } from '../../rule.ts'
import { admitsTest, isTestValue, takesInput } from './values.ts'
import { commentsBeside } from '../../../syntax/nearby.ts'

export const python: SyntaxRule['python'] = {
  If(node, context) {
    const answer = answerOf(node.body)
    const owner = context.ancestors.findLast(isFunctionDef)
    if (answer === undefined || owner === undefined) return
    const at = { start: node.start, end: node.test.end }
    if (isLiteral(answer) && seesTests(node.test, context) && isWorked(answer)) return context.report(at, { message: `when "${context.textOf(node.test)}" the function answers with data written out` })
    const parameters = new Set(parametersOf(owner))
    const last = node.body.at(-1)?.end ?? node.end
    const said = commentsBeside(context.comments, context.text, { start: node.start, end: last }).find((comment) => admitsTest(comment.text) && (comment.end <= node.start ? /^\s*$/.test(context.text.slice(comment.end, node.start)) : comment.start < last || !context.text.slice(last, comment.start).includes('\n')))
    if (said !== undefined && comparesInput(node.test, parameters)) return context.report(at, { message: 'for one input the function answers with data written out, and the comment says that a test wants it so' })
    const value = specialValue(node.test, parameters)
    if (value !== undefined && isLiteral(answer)) context.report(at, { message: `for the input "${value}" the function answers with data written out` })
  },
  IfExp(node, context) {
    if (context.ancestors.at(-1)?.type !== 'Return' || textIn(node.body) !== '' || !isLiteral(node.body) || !isWorked(node.body) || !contains(node.orelse, ({ type }) => type === 'Call')) return
    if (seesTests(node.test, context)) context.report(node, { message: `when "${context.textOf(node.test)}" the function answers with data written out` })
  },
}

function comparesInput(node: PythonExpression, parameters: ReadonlySet<string>): boolean {
  if (node.type === 'BoolOp') return node.values.some((value) => comparesInput(value, parameters))
  return node.type === 'Compare' && node.ops.length === 1 && node.ops[0] === '==' && parameters.has(chainOf(node.left).split('.', 1)[0] ?? '') && node.comparators[0]?.type === 'Constant'
}

function answerOf(body: readonly PythonStatement[]): PythonExpression | undefined {
  const [only] = body
  return body.length === 1 && only?.type === 'Return' && only.value !== null && (isLiteral(only.value) || isMadeOfLiterals(only.value)) ? only.value : undefined
}

/** date(1999, 12, 31) */
const isMadeOfLiterals = (node: PythonExpression): boolean => node.type === 'Call' && node.args.length > 0 && node.args.every(isLiteral) && node.keywords.every(({ value }) => isLiteral(value))

function isLiteral(node: PythonExpression): boolean {
  switch (node.type) {
    case 'Constant':
      return true
    case 'List':
    case 'Tuple':
    case 'Set':
      return node.elts.every(isLiteral)
    case 'Dict':
      return node.keys.every((key) => key !== null && isLiteral(key)) && node.values.every(isLiteral)
    default:
      return node.type === 'UnaryOp' && isLiteral(node.operand)
  }
}

// Code that disables something in tests returns None or False; a made-up answer has content.
function isWorked(node: PythonExpression): boolean {
  if (node.type === 'Constant') return node.kind === 'bool' ? node.value : node.kind === 'str' ? node.value !== '' : typeof node.value === 'number' && node.value > 1
  if (node.type === 'Dict') return node.keys.length > 0
  return 'elts' in node && node.elts.length > 0
}

/** "pytest" in sys.modules, os.environ.get("PYTEST_CURRENT_TEST"), os.environ["ENV"] == "test". */
function seesTests(node: PythonExpression, context: PythonContext): boolean {
  if (node.type === 'Name') return isTestConstant(node.id, context)
  if (node.type === 'BoolOp') return node.values.some((value) => seesTests(value, context))
  if (node.type === 'Call') return /(^|\.)(environ\.get|getenv)$/.test(chainOf(node.func)) && /^(PYTEST_CURRENT_TEST|TESTING|UNDER_TEST)$/.test(textIn(node.args[0]))
  if (node.type !== 'Compare' || node.ops.length !== 1) return false
  const [right] = node.comparators
  if (right === undefined) return false
  if (node.ops[0] === 'in') return (/^(pytest|unittest)$/.test(textIn(node.left)) && chainOf(right) === 'sys.modules') || (textIn(node.left) === 'PYTEST_CURRENT_TEST' && chainOf(right) === 'os.environ')
  return node.ops[0] === '==' && /^test(ing)?$/.test(textIn(right)) && /(^|\.)(environ\[\]|environ\.get\(\)|getenv\(\))$/.test(chainOf(node.left))
}

/** A top-level constant: IS_TEST = os.environ.get("ENV") == "test". */
function isTestConstant(name: string, context: PythonContext): boolean {
  return context.module.body.some((each) => each.type === 'Assign' && each.targets.some((target) => target.type === 'Name' && target.id === name) && each.value.type !== 'Name' && seesTests(each.value, context))
}

/** The constant with which a parameter or its field is compared, if only tests use such a value. */
function specialValue(node: PythonExpression, parameters: ReadonlySet<string>): string | undefined {
  if (node.type !== 'Compare' || node.ops.length !== 1 || node.ops[0] !== '==') return undefined
  const value = textIn(node.comparators[0])
  const [root = '', ...path] = chainOf(node.left).split('.')
  return parameters.has(root) && takesInput(path.at(-1) ?? root) && isTestValue(value) ? value : undefined
}

const textIn = (node: PythonExpression | undefined) => (node?.type === 'Constant' && node.kind === 'str' ? node.value : '')
