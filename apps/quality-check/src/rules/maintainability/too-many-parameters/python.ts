import type { FunctionDef } from '../../../python/ast.ts'
import { nameRange } from '../../../python/nodes.ts'
import type { PythonContext, SyntaxRule } from '../../rule.ts'
import { allowed } from './limits.ts'

export const python: SyntaxRule['python'] = { FunctionDef: check, AsyncFunctionDef: check }

/** Counts required positional parameters. Keyword and optional parameters are not mixed up. */
function check(node: FunctionDef, context: PythonContext): void {
  const { posonlyargs, args, defaults } = node.args
  const places = [...posonlyargs, ...args]
  const [first] = places
  const own = first !== undefined && /^(self|cls|mcs|mcls)$/.test(first.arg) ? 1 : 0
  const counted = places.length - defaults.length - own
  if (counted > allowed) context.report(nameRange(node), { message: `${node.name} takes ${counted} parameters, more than ${allowed}` })
}
