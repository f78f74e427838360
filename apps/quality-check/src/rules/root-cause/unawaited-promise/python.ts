import type { FunctionDef, PythonExpression, PythonModule, PythonNode } from '../../../python/ast.ts'
import { chainOf, contains, isFunctionDef, outsideFunctions, parametersOf, namesBoundBy, walkStatements } from '../../../python/nodes.ts'
import type { PythonContext, SyntaxRule } from '../../rule.ts'

export const python: SyntaxRule['python'] = {
  Expr({ value }, context) {
    if (value.type !== 'Call') return
    const name = chainOf(value.func)
    if (isCoroutine(functionNamed(name, context))) context.report(value, { message: `${name}() is not awaited: it only creates a coroutine, which never runs` })
  },
}

/** A decorator may make something else of it, and with yield it is iterated. */
const isCoroutine = (given: FunctionDef | undefined): boolean =>
  given?.type === 'AsyncFunctionDef' && given.decorator_list.length === 0 && !given.body.some((each) => contains(each, ({ type }) => type === 'Yield' || type === 'YieldFrom', outsideFunctions))

/** A method of the class, or the function of the file to which alone the name belongs. */
function functionNamed(name: string, { module, text, ancestors }: PythonContext): FunctionDef | undefined {
  if (!name.startsWith('self.')) return functionsOf(module, text).get(name)
  const owner = ancestors.findLast(({ type }) => type === 'ClassDef')
  const methods = owner?.type === 'ClassDef' ? owner.body.filter((each) => isFunctionDef(each) && `self.${each.name}` === name) : []
  const [only] = methods
  return methods.length === 1 && isFunctionDef(only) ? only : undefined
}

const none: ReadonlyMap<string, FunctionDef | undefined> = new Map()
const known = new WeakMap<PythonModule, ReadonlyMap<string, FunctionDef | undefined>>()

function functionsOf(module: PythonModule, text: string): ReadonlyMap<string, FunctionDef | undefined> {
  let functions = known.get(module)
  // Most modules have no coroutines.
  if (functions === undefined) known.set(module, (functions = text.includes('async') ? readFunctions(module) : none))
  return functions
}

function readFunctions(module: PythonModule): ReadonlyMap<string, FunctionDef | undefined> {
  const functions = new Map<string, FunctionDef | undefined>()
  // A name that is bound twice may be either.
  const bind = (name: string, value?: FunctionDef) => functions.set(name, functions.has(name) ? undefined : value)
  const inClass = new Set<PythonNode>()
  walkStatements(module, (node) => {
    if (node.type === 'ClassDef') for (const each of node.body) inClass.add(each)
    if (isFunctionDef(node)) {
      if (!inClass.has(node)) bind(node.name, node)
      for (const name of parametersOf(node)) bind(name)
    }
    for (const name of targetsOf(node).flatMap(namesBoundBy)) bind(name)
    if (node.type === 'Import' || node.type === 'ImportFrom') for (const { name, asname } of node.names) bind(asname ?? name)
  })
  return functions
}

/** What a statement assigns to. */
function targetsOf(node: PythonNode): readonly PythonExpression[] {
  switch (node.type) {
    case 'Assign':
      return node.targets
    case 'AnnAssign':
    case 'For':
    case 'AsyncFor':
      return [node.target]
    case 'With':
    case 'AsyncWith':
      return node.items.flatMap(({ optional_vars: target }) => (target === null ? [] : [target]))
    default:
      return []
  }
}
