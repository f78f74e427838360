import type { ClassNode, Expression, FunctionNode, Parameter, Statement } from '../../flow/program.ts'
import type { Arg, ClassDef, FunctionDef, PythonArguments, PythonExpression, PythonStatement } from '../ast.ts'
import { assignment, type Lowering, nameOf, opaque, type PythonOf, spanOf } from './lowering.ts'
import { Scope } from './scope.ts'

export function lowerFunction(lowering: Lowering, node: FunctionDef | PythonOf<'Lambda'>, exported: boolean): FunctionNode {
  const decorators = node.type === 'Lambda' ? [] : node.decorator_list.map((decorator) => lowering.expression(decorator))
  const defaults = defaultsOf(lowering, node.args)
  const outside = lowering.scope
  const scope = new Scope()
  lowering.scope = scope
  const parameters = lowerParameters(lowering, node.args, defaults)
  const body = node.type === 'Lambda' ? [returning(lowering.expression(node.body))] : lowering.statements(node.body)
  lowering.scope = outside
  return { name: node.type === 'Lambda' ? '' : node.name, parameters, locals: scope.locals, body: asGenerator(body, scope, node), decorators, exported, ...spanOf(node) }
}

function returning(value: Expression): Statement {
  return { kind: 'return', value, ...spanOf(value) }
}

/** Calling a generator returns the list of what it yields. */
function asGenerator(body: Statement[], scope: Scope, node: FunctionDef | PythonOf<'Lambda'>): Statement[] {
  if (scope.yields === undefined) return body
  const gathered = nameOf(scope.yields, node)
  return [assignment(gathered, { kind: 'list', items: [], ...spanOf(node) }, node), ...body, returning(gathered)]
}

function defaultsOf(lowering: Lowering, { posonlyargs, args, defaults, kwonlyargs, kw_defaults: named }: PythonArguments): ReadonlyMap<Arg, Expression> {
  const found = new Map<Arg, Expression>()
  const places = [...posonlyargs, ...args]
  const add = (arg: Arg | undefined, value: PythonExpression | null | undefined): void => {
    if (arg !== undefined && value != null) found.set(arg, lowering.expression(value))
  }
  for (const [index, value] of defaults.entries()) add(places[places.length - defaults.length + index], value)
  for (const [index, arg] of kwonlyargs.entries()) add(arg, named[index])
  return found
}

function lowerParameters(lowering: Lowering, { posonlyargs, args, vararg, kwonlyargs, kwarg }: PythonArguments, defaults: ReadonlyMap<Arg, Expression>): Parameter[] {
  const lower = (arg: Arg, rest?: 'list' | 'record'): Parameter => {
    const preset = defaults.get(arg)
    const type = arg.annotation === null ? '' : lowering.text.slice(arg.annotation.start, arg.annotation.end)
    return { target: { kind: 'name', name: lowering.scope.bind(arg.arg), ...spanOf(arg) }, name: arg.arg, type, decorators: [], ...(rest !== undefined && { rest }), ...(preset !== undefined && { default: preset }) }
  }
  return [
    ...[...posonlyargs, ...args].map((arg) => lower(arg)),
    ...(vararg === null ? [] : [lower(vararg, 'list')]),
    ...kwonlyargs.map((arg) => lower(arg)),
    ...(kwarg === null ? [] : [lower(kwarg, 'record')]),
  ]
}

export function lowerClass(lowering: Lowering, node: ClassDef): ClassNode {
  const isPublic = !node.name.startsWith('_')
  const members = [...statementsIn(node.body)].flatMap((statement) => lowerMember(lowering, statement, isPublic))
  const bases = node.bases.map((base) => lowering.expression(base))
  return { name: node.name, bases, decorators: node.decorator_list.map((decorator) => lowering.expression(decorator)), members, ...spanOf(node) }
}

/** Includes statements in nested blocks, whatever their condition. */
function* statementsIn(body: readonly PythonStatement[]): Generator<PythonStatement> {
  for (const statement of body) {
    if (statement.type === 'If') yield* statementsIn([...statement.body, ...statement.orelse])
    else if (statement.type === 'Try') yield* statementsIn([...statement.body, ...statement.orelse])
    else yield statement
  }
}

function lowerMember(lowering: Lowering, statement: PythonStatement, isPublic: boolean): ClassNode['members'] {
  switch (statement.type) {
    case 'FunctionDef':
    case 'AsyncFunctionDef': {
      const exported = isPublic && !statement.name.startsWith('_')
      return [{ name: statement.name, static: false, value: { kind: 'function', function: lowering.functionOf(statement, exported), ...spanOf(statement) } }]
    }
    case 'ClassDef':
      return [{ name: statement.name, static: true, value: { kind: 'class', class: lowering.classOf(statement), ...spanOf(statement) } }]
    case 'Assign': {
      const value = lowering.expression(statement.value)
      return statement.targets.flatMap((target) => (target.type === 'Name' ? [{ name: target.id, static: true, value }] : []))
    }
    case 'AnnAssign':
      return statement.target.type === 'Name' ? [{ name: statement.target.id, static: true, value: statement.value === null ? opaque([], statement) : lowering.expression(statement.value) }] : []
    default:
      return []
  }
}
