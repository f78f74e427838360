import type { FunctionDef } from '../../../python/ast.ts'
import { isFunctionDef, nameRange, walk } from '../../../python/nodes.ts'
import type { PythonContext, SyntaxRule } from '../../rule.ts'
import { allowed } from './limits.ts'

export const python: SyntaxRule['python'] = { FunctionDef: check, AsyncFunctionDef: check }

function check(node: FunctionDef, context: PythonContext): void {
  if (node.end - node.start < allowed) return
  const code = context.codeLines()
  const total = code.count(node)
  if (total <= allowed) return
  let inner = 0
  walk(node, (below) => {
    if (below === node || !isFunctionDef(below)) return true
    inner += code.count(below)
    return false
  })
  const own = total - inner
  if (own > allowed) context.report(nameRange(node), { message: `${node.name} has ${own} lines of code, more than ${allowed}` })
}
