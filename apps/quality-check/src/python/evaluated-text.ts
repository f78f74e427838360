import type { PythonArguments, PythonExpression, PythonModule, PythonNode } from './ast.ts'
import { chainOf, eachChild, isFunctionDef, namesBoundBy } from './nodes.ts'

// Calls and names whose result nobody wrote into the program.
const outside = /^(?:input|raw_input|sys\.argv|os\.environ|(?:os\.)?getenv|sys\.stdin)\b|\.(?:read|readline|readlines|read_text|recv|recvfrom|fetchone|fetchall|getenv|raw_input)\(\)/
// What is left of a text after these is still the text.
const passing = /^(?:str|repr|bytes|json\.loads|re\.sub|textwrap\.dedent|codecs\.decode)$/

/** A name of one function or of the module, or a text that is evaluated. */
interface Variable {
  isForeign: boolean
  /** What takes its value, at once or as part of its own. */
  readonly reaches: Variable[]
}

interface Scope {
  readonly variables: Map<string, Variable>
  readonly around: Scope | undefined
}

/** What a variable is made of. */
interface Assignment {
  readonly to: Variable
  readonly value: PythonExpression
  readonly scope: Scope
}

/**
 * Where a module evaluates a text that is not its own: a parameter, or what was typed, read or received. Names are followed through assignments and loops
 * inside their function; attributes of objects are the program's own, as far as one file tells. Every expression is read once, however names are bound to one another.
 */
export function foreignEvaluations(module: PythonModule): readonly number[] {
  const assignments: Assignment[] = []
  const evaluations: { readonly start: number; readonly text: Variable }[] = []
  visit(module, { variables: new Map(), around: undefined })
  // Only now are the names of every scope known.
  for (const { to, value, scope } of assignments) follow(value, scope, to)
  return evaluations.flatMap(({ start, text }) => (text.isForeign ? [start] : []))

  function visit(node: PythonNode, scope: Scope): void {
    const inside = isFunctionDef(node) || node.type === 'Lambda' ? scopeOf(node.args, scope) : scope
    for (const [target, value] of bindingsOf(node)) for (const name of namesBoundBy(target)) assignments.push({ to: variableOf(name, inside), value, scope: inside })
    if (node.type === 'Call' && node.args[0] !== undefined && /^(?:builtins\.)?eval$/.test(chainOf(node.func))) {
      const text = unknownVariable()
      assignments.push({ to: text, value: node.args[0], scope: inside })
      evaluations.push({ start: node.start, text })
    }
    eachChild(node, (child) => visit(child, inside))
  }
}

const unknownVariable = (): Variable => ({ isForeign: false, reaches: [] })

function variableOf(name: string, { variables }: Scope): Variable {
  const known = variables.get(name)
  if (known !== undefined) return known
  const variable = unknownVariable()
  variables.set(name, variable)
  return variable
}

function scopeOf(args: PythonArguments, around: Scope): Scope {
  const { posonlyargs, args: plain, vararg, kwonlyargs, kwarg } = args
  const parameters = [...posonlyargs, ...plain, ...kwonlyargs, ...(vararg === null ? [] : [vararg]), ...(kwarg === null ? [] : [kwarg])]
  return { variables: new Map(parameters.map(({ arg }) => [arg, { isForeign: true, reaches: [] }])), around }
}

function bindingsOf(node: PythonNode): (readonly [target: PythonExpression, value: PythonExpression])[] {
  switch (node.type) {
    case 'Assign':
      return node.targets.map((target) => [target, node.value])
    case 'AnnAssign':
    case 'AugAssign':
    case 'NamedExpr':
      return node.value === null ? [] : [[node.target, node.value]]
    case 'For':
    case 'AsyncFor':
    case 'comprehension':
      return [[node.target, node.iter]]
    case 'withitem':
      return node.optional_vars === null ? [] : [[node.optional_vars, node.context_expr]]
    default:
      return []
  }
}

/** Marks a variable, and all that take its value. */
function mark(foreign: Variable): void {
  const waiting = [foreign]
  for (let variable = waiting.pop(); variable !== undefined; variable = waiting.pop()) {
    if (variable.isForeign) continue
    variable.isForeign = true
    for (const next of variable.reaches) waiting.push(next)
  }
}

/** Tells a variable what an expression of its value makes it. */
function follow(node: PythonExpression, scope: Scope, to: Variable): void {
  const below = (each: PythonExpression): void => follow(each, scope, to)
  switch (node.type) {
    case 'Name':
      return followName(node.id, scope, to, true)
    case 'Attribute':
      return outside.test(chainOf(node)) ? mark(to) : undefined
    case 'Subscript':
      return outside.test(chainOf(node)) ? mark(to) : below(node.value)
    case 'Call': {
      const { func, args } = node
      if (outside.test(chainOf(node))) return mark(to)
      if (func.type === 'Attribute') followReceiver(func.value, scope, to)
      return passing.test(chainOf(func)) || isTextMethod(func) ? args.forEach(below) : undefined
    }
    case 'BinOp':
      return [node.left, node.right].forEach(below)
    case 'BoolOp':
    case 'JoinedStr':
      return node.values.forEach(below)
    case 'IfExp':
      return [node.body, node.orelse].forEach(below)
    case 'Tuple':
    case 'List':
      return node.elts.forEach(below)
    case 'FormattedValue':
    case 'Starred':
    case 'Await':
    case 'NamedExpr':
      return below(node.value)
    default:
      return undefined
  }
}

/** What a text's own methods are called on. Of `self` and of a module nothing is known to be a text. */
function followReceiver(node: PythonExpression, scope: Scope, to: Variable): void {
  if (node.type !== 'Name') follow(node, scope, to)
  else if (node.id !== 'self' && node.id !== 'cls') followName(node.id, scope, to, false)
}

/** '…'.format(x), ', '.join(x) */
function isTextMethod(node: PythonExpression): boolean {
  return node.type === 'Attribute' && /^(?:format|join|replace)$/.test(node.attr) && node.value.type === 'Constant'
}

/** `unbound`: what is said of a name that the file binds nowhere. */
function followName(name: string, scope: Scope, to: Variable, unbound: boolean): void {
  let around: Scope | undefined = scope
  while (around !== undefined && !around.variables.has(name)) around = around.around
  const variable = around?.variables.get(name)
  if (variable === undefined ? unbound : variable.isForeign) mark(to)
  else variable?.reaches.push(to)
}
