import type { PythonArguments, PythonExpression, PythonModule, PythonNode } from './ast.ts'
import { chainOf, contains, eachChild, isFunctionDef, namesBoundBy } from './nodes.ts'

// Calls and names whose result nobody wrote into the program.
const outside = /^(?:input|raw_input|sys\.argv|os\.environ|(?:os\.)?getenv|sys\.stdin)\b|\.(?:read|readline|readlines|read_text|recv|recvfrom|fetchone|fetchall|getenv|raw_input)\(\)/
// What is left of a text after these is still the text.
const passing = /^(?:str|repr|bytes|json\.loads|re\.sub|textwrap\.dedent|codecs\.decode)$/
const mostSteps = 6

interface Scope {
  readonly parameters: ReadonlySet<string>
  readonly body: PythonNode
}

/**
 * Where a module evaluates a text that is not its own: a parameter, or what was typed, read or received. Names are followed through assignments and loops
 * inside their function; attributes of objects are the program's own, as far as one file tells.
 */
export function foreignEvaluations(module: PythonModule): readonly number[] {
  const found: number[] = []
  visit(module, [{ parameters: new Set(), body: module }], found)
  return found
}

function visit(node: PythonNode, scopes: readonly Scope[], found: number[]): void {
  const inside = isFunctionDef(node) || node.type === 'Lambda' ? [scopeOf(node.args, node), ...scopes] : scopes
  if (node.type === 'Call' && /^(?:builtins\.)?eval$/.test(chainOf(node.func)) && node.args[0] !== undefined && isForeign(node.args[0], inside, mostSteps)) found.push(node.start)
  eachChild(node, (child) => visit(child, inside, found))
}

function scopeOf(args: PythonArguments, body: PythonNode): Scope {
  const { posonlyargs, args: plain, vararg, kwonlyargs, kwarg } = args
  const names = [...posonlyargs, ...plain, ...kwonlyargs, ...(vararg === null ? [] : [vararg]), ...(kwarg === null ? [] : [kwarg])].map(({ arg }) => arg)
  return { parameters: new Set(names), body }
}

function isForeign(node: PythonExpression, scopes: readonly Scope[], steps: number): boolean {
  if (steps === 0) return false
  const below = (each: PythonExpression): boolean => isForeign(each, scopes, steps)
  switch (node.type) {
    case 'Name':
      return isForeignName(node.id, scopes, steps, true)
    case 'Attribute':
      return outside.test(chainOf(node))
    case 'Subscript':
      return outside.test(chainOf(node)) || below(node.value)
    case 'Call':
      return outside.test(chainOf(node)) || (node.func.type === 'Attribute' && isForeignReceiver(node.func.value, scopes, steps)) || ((passing.test(chainOf(node.func)) || isTextMethod(node.func)) && node.args.some(below))
    case 'BinOp':
      return below(node.left) || below(node.right)
    case 'BoolOp':
    case 'JoinedStr':
      return node.values.some(below)
    case 'IfExp':
      return below(node.body) || below(node.orelse)
    case 'Tuple':
    case 'List':
      return node.elts.some(below)
    case 'FormattedValue':
    case 'Starred':
    case 'Await':
    case 'NamedExpr':
      return below(node.value)
    default:
      return false
  }
}

/** What a text's own methods are called on. Of `self` and of a module nothing is known to be a text. */
function isForeignReceiver(node: PythonExpression, scopes: readonly Scope[], steps: number): boolean {
  if (node.type !== 'Name') return isForeign(node, scopes, steps)
  return node.id !== 'self' && node.id !== 'cls' && isForeignName(node.id, scopes, steps, false)
}

/** '…'.format(x), ', '.join(x) */
function isTextMethod(node: PythonExpression): boolean {
  return node.type === 'Attribute' && /^(?:format|join|replace)$/.test(node.attr) && node.value.type === 'Constant'
}

/** `unbound`: what is said of a name that the file binds nowhere. */
function isForeignName(name: string, scopes: readonly Scope[], steps: number, unbound: boolean): boolean {
  const [scope, ...others] = scopes
  if (scope === undefined) return unbound
  if (scope.parameters.has(name)) return true
  const bound = valuesOf(name, scope.body)
  return bound.length > 0 ? bound.some((value) => isForeign(value, scopes, steps - 1)) : isForeignName(name, others, steps, unbound)
}

/** What a name is bound to in a function, wherever in it. */
function valuesOf(name: string, body: PythonNode): PythonExpression[] {
  const values: PythonExpression[] = []
  const bind = (target: PythonExpression, value: PythonExpression): void => {
    if (namesBoundBy(target).includes(name)) values.push(value)
  }
  contains(
    body,
    (node) => {
      if (node.type === 'Assign') for (const target of node.targets) bind(target, node.value)
      else if (node.type === 'AnnAssign' || node.type === 'AugAssign' || node.type === 'NamedExpr') {
        if (node.value !== null) bind(node.target, node.value)
      } else if (node.type === 'For' || node.type === 'AsyncFor' || node.type === 'comprehension') bind(node.target, node.iter)
      else if (node.type === 'withitem' && node.optional_vars !== null) bind(node.optional_vars, node.context_expr)
      return false
    },
    (node) => !isFunctionDef(node) && node.type !== 'ClassDef',
  )
  return values
}
