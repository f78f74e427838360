import type { PythonExpression, PythonStatement } from './ast.ts'
import { chainOf } from './nodes.ts'

/** Whether an expression is a typical default for a failed operation: None, a boolean, a number, an empty text or collection. */
export function isDefault(node: PythonExpression | null): boolean {
  if (node === null) return true
  switch (node.type) {
    case 'Constant':
      return node.kind !== 'Ellipsis' && (node.kind !== 'str' || node.value === '')
    case 'List':
    case 'Tuple':
    case 'Set':
      return node.elts.every((element) => isDefault(element)) && node.elts.length <= 3
    case 'Dict':
      return node.keys.length === 0
    case 'UnaryOp':
      return isDefault(node.operand)
    case 'Call':
      return node.args.length === 0 && node.keywords.length === 0 && /^(dict|list|set|tuple|str|frozenset)$/.test(chainOf(node.func))
    default:
      return false
  }
}

/** An answer that hides a failure from callers: a default, or a dict of defaults. A value of False reveals it. */
function isEmptyAnswer(node: PythonExpression | null): boolean {
  if (node?.type !== 'Dict') return isDefault(node)
  return node.keys.every((key) => key !== null) && node.values.every((value) => isDefault(value) && !(value.type === 'Constant' && value.kind === 'bool'))
}

/** Whether a statement hides a failure: it returns a default, continues, or only logs it. */
export function isSilent(statement: PythonStatement): boolean {
  switch (statement.type) {
    case 'Return':
      return isEmptyAnswer(statement.value)
    case 'Pass':
    case 'Continue':
    case 'Break':
      return true
    case 'Assign':
      return isDefault(statement.value)
    case 'Expr':
      return statement.value.type === 'Call' && /(^|\.)(debug|trace)$/.test(chainOf(statement.value.func))
    default:
      return false
  }
}
