import type { PythonExpression } from '../../../python/ast.ts'
import { chainOf, contains, isFunctionDef } from '../../../python/nodes.ts'
import type { PythonContext, SyntaxRule } from '../../rule.ts'
import { isShared, ownsFolder } from './places.ts'

export const python: SyntaxRule['python'] = {
  Call(node, context) {
    const at = writtenBy(node)
    const path = at === undefined ? '' : pathIn(at, context)
    if (at !== undefined && isShared(path) && !ownsFolder(context.text)) context.report(at, { message: `${path} is written under a name that everybody knows`, advice: 'unless_new' })
  },
}

/** The path of `open(path, "w")` and `Path(path).write_text(…)`. */
function writtenBy({ func, args, keywords }: Extract<PythonExpression, { readonly type: 'Call' }>): PythonExpression | undefined {
  const name = chainOf(func)
  if (name === 'open' || name === 'io.open') {
    const mode = textIn(args[1] ?? keywords.find(({ arg }) => arg === 'mode')?.value)
    return /[wa]/.test(mode) ? args[0] : undefined
  }
  if (func.type !== 'Attribute' || !/^write_(?:text|bytes)$/.test(func.attr) || func.value.type !== 'Call' || !/(?:^|\.)Path$/.test(chainOf(func.value.func))) return undefined
  return func.value.args[0]
}

function pathIn(node: PythonExpression, { ancestors }: PythonContext): string {
  if (node.type !== 'Name') return textIn(node)
  let found = ''
  for (const scope of [ancestors.findLast(isFunctionDef), ancestors[0]]) {
    if (scope !== undefined && found === '') contains(scope, (each) => each.type === 'Assign' && each.targets.some((target) => target.type === 'Name' && target.id === node.id) && (found = textIn(each.value)) !== '')
  }
  return found
}

const textIn = (node: PythonExpression | undefined): string => (node?.type === 'Constant' && node.kind === 'str' ? node.value : '')
