import { type ExceptHandler, type FunctionDef, type PythonArguments, type PythonComment, type PythonExpression, type PythonNode, type PythonStatement, visitorKeys } from './ast.ts'
import { fieldOf } from '../syntax/fields.ts'

export function isFunctionDef(node: PythonNode | undefined): node is FunctionDef {
  return node !== undefined && (node.type === 'FunctionDef' || node.type === 'AsyncFunctionDef')
}

export function isLoop(node: PythonNode): boolean {
  return node.type === 'For' || node.type === 'AsyncFor' || node.type === 'While'
}

/** Calls `visit` for the direct children of a node. */
export function eachChild(node: PythonNode, visit: (child: PythonNode) => void): void {
  for (const key of visitorKeys[node.type]) {
    const field = fieldOf(node, key)
    if (field == null) continue
    if ('type' in field) visit(field)
    else for (const each of field) if (each !== null) visit(each)
  }
}

/** Calls `visit` for a node and its descendants. If it returns false, the descendants of that node are skipped. */
export function walk(node: PythonNode, visit: (node: PythonNode) => boolean | void): void {
  if (visit(node) === false) return
  for (const key of visitorKeys[node.type]) {
    const field = fieldOf(node, key)
    if (field == null) continue
    if ('type' in field) walk(field, visit)
    else for (const each of field) if (each !== null) walk(each, visit)
  }
}

const blocks = ['body', 'handlers', 'orelse', 'finalbody', 'cases'] as const

/** Calls `visit` for a module or statement and every statement below it. Expressions, which are most of a tree, are skipped. */
export function walkStatements(node: PythonNode, visit: (node: PythonNode) => void): void {
  visit(node)
  for (const key of blocks) {
    const block = fieldOf(node, key)
    if (Array.isArray(block)) for (const each of block as PythonNode[]) walkStatements(each, visit)
  }
}

/** Whether a node or a descendant satisfies `passes`. Nodes that `enters` rejects are not searched. */
export function contains(node: PythonNode, passes: (node: PythonNode) => boolean, enters: (node: PythonNode) => boolean = everywhere): boolean {
  if (passes(node)) return true
  for (const key of visitorKeys[node.type]) {
    const field = fieldOf(node, key)
    if (field == null) continue
    if ('type' in field) {
      if (enters(field) && contains(field, passes, enters)) return true
    } else for (const each of field) if (each !== null && enters(each) && contains(each, passes, enters)) return true
  }
  return false
}

const everywhere = () => true

export const outsideFunctions = (node: PythonNode): boolean => !isFunctionDef(node) && node.type !== 'Lambda' && node.type !== 'ClassDef'

/** "session.query().all" for session.query(User).all: the names of a chain. Empty when it does not begin with a name. */
export function chainOf(node: PythonExpression): string {
  switch (node.type) {
    case 'Name':
      return node.id
    case 'Attribute': {
      const value = chainOf(node.value)
      return value && `${value}.${node.attr}`
    }
    case 'Call': {
      const called = chainOf(node.func)
      return called && `${called}()`
    }
    case 'Subscript': {
      const value = chainOf(node.value)
      return value && `${value}[]`
    }
    case 'Await':
      return chainOf(node.value)
    default:
      return ''
  }
}

/** Whether a name is used below a node. */
export function mentions(node: PythonNode, name: string): boolean {
  return contains(node, (each) => each.type === 'Name' && each.id === name)
}

/** The names that an assignment, a loop or a parameter binds. */
export function namesBoundBy(target: PythonExpression): string[] {
  if (target.type === 'Name') return [target.id]
  if (target.type === 'Starred') return namesBoundBy(target.value)
  return target.type === 'Tuple' || target.type === 'List' ? target.elts.flatMap(namesBoundBy) : []
}

export function parametersOf({ args }: { readonly args: PythonArguments }): string[] {
  const { posonlyargs, args: plain, vararg, kwonlyargs, kwarg } = args
  return [...posonlyargs, ...plain, ...(vararg === null ? [] : [vararg]), ...kwonlyargs, ...(kwarg === null ? [] : [kwarg])].map(({ arg }) => arg)
}

export const nameRange = ({ name, nameStart }: { readonly name: string; readonly nameStart: number }) => ({ start: nameStart, end: nameStart + name.length })

export const isDocstring = (statement: PythonStatement | undefined): boolean => statement?.type === 'Expr' && statement.value.type === 'Constant' && statement.value.kind === 'str'

/** The body of a function without its docstring. */
export function bodyOf({ body }: { readonly body: readonly PythonStatement[] }): readonly PythonStatement[] {
  return isDocstring(body[0]) ? body.slice(1) : body
}

export const isEllipsis = (statement: PythonStatement): boolean => statement.type === 'Expr' && statement.value.type === 'Constant' && statement.value.kind === 'Ellipsis'

/** Comments and docstrings in source order. */
export function remarksOf(module: PythonNode, comments: readonly PythonComment[]): readonly { readonly start: number; readonly end: number }[] {
  const found: { start: number; end: number }[] = [...comments]
  walkStatements(module, (node) => {
    const first = node.type === 'Module' || node.type === 'ClassDef' || isFunctionDef(node) ? node.body[0] : undefined
    if (first !== undefined && isDocstring(first)) found.push(first)
  })
  return found.sort((a, b) => a.start - b.start)
}

const everything = new Set(['Exception', 'BaseException'])

/** Whether a handler catches every exception. */
export function takesEverything({ exception }: ExceptHandler): boolean {
  if (exception === null) return true
  const named = exception.type === 'Tuple' ? exception.elts : [exception]
  return named.some((each) => each.type === 'Name' && everything.has(each.id))
}
