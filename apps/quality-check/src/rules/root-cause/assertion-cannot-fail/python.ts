import type { PythonExpression, PythonNode } from '../../../python/ast.ts'
import { chainOf, contains, isFunctionDef } from '../../../python/nodes.ts'
import { holdsTests, isAssertion, isTest, testsSomething } from '../../../python/tests.ts'
import type { PythonContext, SyntaxRule } from '../../rule.ts'

export const python: SyntaxRule['python'] = {
  Assert(node, context) {
    if (!holdsTests(context) || isOfEquality(context)) return
    const { test } = node
    const constant = isTruthy(test)
    const same = test.type === 'Compare' && test.ops.length === 1 && /^(==|is|<=|>=)$/.test(test.ops[0] as string) && isSame(test.left, test.comparators[0], context)
    if (constant || same) context.report(node, { message: `"${context.textOf(node)}" holds whatever the code does`, ...(!(constant && isSure(node, context)) && { advice: true }) })
  },
  Call(node, context) {
    if (!holdsTests(context) || isOfEquality(context)) return
    const chain = chainOf(node.func)
    const [first, second] = node.args
    const constant = chain === 'self.assertTrue' && first?.type === 'Constant' && Boolean(first.value)
    const same = /^self\.assert(Equal|Equals|Is|DictEqual|ListEqual|CountEqual)$/.test(chain) && first !== undefined && isSame(first, second, context)
    if (constant || same) context.report(node, { message: `"${context.textOf(node)}" holds whatever the code does`, ...(!(constant && isSure(node, context)) && { advice: true }) })
  },
}

/** True, an expression with "or True", or isinstance(x, object). */
function isTruthy(node: PythonExpression): boolean {
  if (node.type === 'Call' && chainOf(node.func) === 'isinstance') return node.args[1]?.type === 'Name' && node.args[1].id === 'object'
  if (node.type === 'BoolOp') return node.op === 'or' && node.values.some(isTruthy)
  return node.type === 'Constant' && node.kind !== 'Ellipsis' && Boolean(node.value)
}

/** Equal constants, or the same names; calls and lookups may return different values each time. Advice, because the test may be about `==`. */
function isSame(left: PythonExpression, right: PythonExpression | undefined, { textOf }: PythonContext): boolean {
  if (right === undefined || textOf(left) !== textOf(right)) return false
  return !contains(left, ({ type }) => !['Constant', 'Name', 'UnaryOp'].includes(type))
}

/** A constant text is mostly a forgotten "in". Any other truthy constant may mark a line as reached, in a test that can fail elsewhere. */
function isSure(node: PythonNode, context: PythonContext): boolean {
  if (!testsSomething(context)) return false
  const claimed = node.type === 'Assert' ? node.test : node.type === 'Call' ? node.args[0] : undefined
  if (claimed?.type === 'Constant' && claimed.kind === 'str') return true
  const test = context.ancestors.find(isTest)
  return test !== undefined && !contains(test, (each) => each !== node && isAssertion(each))
}

// A test of a class's own equality compares a value with itself.
const isOfEquality = ({ ancestors }: PythonContext) => /eq|compar|identi|reflex|hash|same|order|sort|singleton/i.test(ancestors.findLast(isFunctionDef)?.name ?? '')
