import type { PythonExpression, PythonNode } from '../../../python/ast.ts'
import { chainOf, eachChild, isFunctionDef } from '../../../python/nodes.ts'
import type { SyntaxRule } from '../../rule.ts'

const route = /(^|\.)(app|router|bp|blueprint|api|\w+_bp|\w+_router|\w+_blueprint|\w+_app)\.(route|get|post|put|patch|delete|websocket|api_route)(\(\))?$/

export const python: SyntaxRule['python'] = {
  Module(module, context) {
    const collections = new Set(module.body.flatMap((each) => (each.type === 'Assign' && isEmptyCollection(each.value) ? each.targets.flatMap((target) => (target.type === 'Name' ? [target.id] : [])) : each.type === 'AnnAssign' && each.value !== null && isEmptyCollection(each.value) && each.target.type === 'Name' ? [each.target.id] : [])))
    if (collections.size === 0) return
    const grown = new Map<string, PythonNode>()
    const bounded = new Set<string>()
    look(module, false, (node, inHandler) => {
      const taken = shrinks(node)
      if (taken !== undefined) bounded.add(taken)
      const filled = fills(node)
      if (inHandler && filled !== undefined && collections.has(filled) && !grown.has(filled)) grown.set(filled, node)
    })
    for (const [name, at] of grown) if (!bounded.has(name)) context.report(at, { message: `${name} is filled by requests and nothing is ever taken out of it` })
  },
}

function look(node: PythonNode, inHandler: boolean, visit: (node: PythonNode, inHandler: boolean) => void): void {
  visit(node, inHandler)
  const handles = inHandler || (isFunctionDef(node) && node.decorator_list.some((decorator) => route.test(chainOf(decorator))))
  eachChild(node, (child) => look(child, handles, visit))
}

function isEmptyCollection(node: PythonExpression): boolean {
  if (node.type === 'Dict') return node.keys.length === 0
  if (node.type === 'List') return node.elts.length === 0
  return node.type === 'Call' && /^((collections\.)?(defaultdict|OrderedDict)|dict|list|set)$/.test(chainOf(node.func)) && node.args.every(({ type }) => type === 'Name')
}

/** The collection to which an entry with a computed key is added. */
function fills(node: PythonNode): string | undefined {
  if (node.type === 'Call') return node.args[0]?.type === 'Constant' ? undefined : /^(\w+)(\[\])?\.(append|add|setdefault|update|insert|extend)$/.exec(chainOf(node.func))?.[1]
  const target = node.type === 'Assign' ? node.targets[0] : node.type === 'AugAssign' ? node.target : undefined
  return target?.type === 'Subscript' && target.value.type === 'Name' && target.slice.type !== 'Constant' ? target.value.id : undefined
}

/** The collection whose entries are removed, counted or replaced, or that is passed to other code, which may do so. */
function shrinks(node: PythonNode): string | undefined {
  if (node.type === 'Call') {
    const handed = node.args.find(({ type }) => type === 'Name')
    return /^(\w+)(\[\])?\.(pop|popitem|clear|remove|discard|popleft)$/.exec(chainOf(node.func))?.[1] ?? (handed?.type === 'Name' ? handed.id : undefined)
  }
  if (node.type === 'Delete') return node.targets.map((target) => (target.type === 'Subscript' ? chainOf(target.value) : chainOf(target)))[0]
  return node.type === 'Global' ? node.names[0] : undefined
}
