import type { PythonExpression, PythonNode } from '../../../python/ast.ts'
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
  const scopes = [ancestors.findLast(isFunctionDef), ancestors[0]].filter((scope) => scope !== undefined)
  return scopes.map((scope) => textsIn(scope).get(node.id)).find((text) => text !== undefined) ?? ''
}

const known = new WeakMap<PythonNode, ReadonlyMap<string, string>>()

/** The texts that are assigned to names in a scope; of several for one name, the first. */
function textsIn(scope: PythonNode): ReadonlyMap<string, string> {
  const before = known.get(scope)
  if (before !== undefined) return before
  const texts = new Map<string, string>()
  contains(scope, (each) => {
    const text = each.type === 'Assign' ? textIn(each.value) : ''
    if (each.type === 'Assign' && text !== '') for (const target of each.targets) if (target.type === 'Name' && !texts.has(target.id)) texts.set(target.id, text)
    return false
  })
  known.set(scope, texts)
  return texts
}

const textIn = (node: PythonExpression | undefined): string => (node?.type === 'Constant' && node.kind === 'str' ? node.value : '')
