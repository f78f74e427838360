import type { Argument, Expression, FunctionNode, Statement } from '../../flow/program.ts'
import type { PythonExpression } from '../ast.ts'
import { namesIn } from './comprehensions.ts'
import { assignment, conditional, type Lowering, literalOf, methodCall, nameOf, opaque, type PythonOf, spanOf } from './lowering.ts'

type Call = PythonOf<'Call'>

/** The last segment of the called name. */
export function calledName({ func }: Call): string {
  return func.type === 'Name' ? func.id : func.type === 'Attribute' ? func.attr : ''
}

const special: ReadonlyMap<string, (lowering: Lowering, node: Call) => Expression | undefined> = new Map([
  ['partial', lowerPartial],
  ['SimpleNamespace', lowerNamespace],
  ['namedtuple', lowerNamedTuple],
  ['all', lowerAll],
  ['next', lowerNext],
])

/** Lowers calls of the standard library that create functions, records or classes to what they create. */
export function lowerSpecial(lowering: Lowering, node: Call): Expression | undefined {
  return special.get(calledName(node))?.(lowering, node)
}

/** partial(f, a, b=c) becomes a function that calls f with these arguments and its own. */
function lowerPartial(lowering: Lowering, node: Call): Expression | undefined {
  const [called, ...given] = node.args
  if (called === undefined || given.some(({ type }) => type === 'Starred') || node.keywords.some(({ arg }) => arg === null)) return undefined
  const at = spanOf(node)
  const args: Argument[] = [...given.map((value) => ({ value: lowering.expression(value) })), { value: nameOf('rest#', at), spread: true }, ...node.keywords.map(({ arg, value }) => ({ value: lowering.expression(value), name: arg ?? '' }))]
  const call: Expression = { kind: 'call', callee: lowering.expression(called), args, construct: false, ...at }
  const made: FunctionNode = {
    name: '',
    parameters: [{ target: { kind: 'name', name: 'rest#', ...at }, name: 'rest#', rest: 'list', type: '', decorators: [] }],
    locals: new Set(['rest#']),
    body: [{ kind: 'return', value: call, ...at }],
    decorators: [],
    exported: false,
    ...at,
  }
  return { kind: 'function', function: made, ...at }
}

function lowerNamespace(lowering: Lowering, node: Call): Expression | undefined {
  if (node.args.length > 0 || node.keywords.some(({ arg }) => arg === null)) return undefined
  return { kind: 'record', entries: node.keywords.map(({ arg, value }) => ({ key: literalOf(arg, value), value: lowering.expression(value) })), ...spanOf(node) }
}

/** namedtuple("Point", "x y") becomes a class that stores its arguments under these names. */
function lowerNamedTuple(_lowering: Lowering, node: Call): Expression | undefined {
  const [name, fields] = node.args
  const names = fields === undefined ? undefined : fieldNames(fields)
  if (name?.type !== 'Constant' || typeof name.value !== 'string' || names === undefined) return undefined
  const members = names.map((field) => ({ name: field, static: true, value: opaque([], node) }))
  return { kind: 'class', class: { name: name.value, bases: [], decorators: [], members, ...spanOf(node) }, ...spanOf(node) }
}

function fieldNames(node: PythonExpression): string[] | undefined {
  if (node.type === 'Constant' && node.kind === 'str') return node.value.split(/[\s,]+/).filter((name) => name !== '')
  if (node.type !== 'List' && node.type !== 'Tuple') return undefined
  const names = node.elts.map((element) => (element.type === 'Constant' && element.kind === 'str' ? element.value : undefined))
  return names.every((name) => name !== undefined) ? names : undefined
}

/** next(x for x in many if x.id == wanted) raises where no item passes: after it, the condition holds. */
function lowerNext(lowering: Lowering, node: Call): Expression | undefined {
  const [items, ...others] = node.args
  const [only, ...inner] = items?.type === 'GeneratorExp' ? items.generators : []
  if (node.func.type !== 'Name' || items?.type !== 'GeneratorExp' || others.length > 0 || only === undefined || inner.length > 0 || only.ifs.length === 0) return undefined
  const first: Expression = { kind: 'member', object: lowering.expression(only.iter), key: '0', ...spanOf(only.iter) }
  lowering.scope.enter(namesIn(only.target))
  const taken = assignment(lowering.target(only.target), first, only)
  const tests = only.ifs.map((test): Statement => conditional(lowering.expression(test), [], [{ kind: 'throw', ...spanOf(test) }], test))
  const value = lowering.expression(items.elt)
  lowering.scope.leave()
  return { kind: 'sequence', body: [taken, ...tests], value, ...spanOf(node) }
}

const characterTests = /^is(?:digit|alnum|alpha|numeric|decimal)$/

/** all(c.isdigit() for c in text) and all(c in LETTERS for c in text) become tests of the text. */
function lowerAll(lowering: Lowering, node: Call): Expression | undefined {
  const [tested] = node.args
  if (tested?.type !== 'GeneratorExp' && tested?.type !== 'ListComp') return undefined
  const [only, ...others] = tested.generators
  if (only?.target.type !== 'Name' || others.length > 0 || only.ifs.length > 0) return undefined
  const test = characterTest(tested.elt, only.target.id)
  return test === undefined ? undefined : methodCall(lowering.expression(only.iter), test, [], node)
}

function characterTest(node: PythonExpression, name: string): string | undefined {
  const isCharacter = (each: PythonExpression): boolean => each.type === 'Name' && each.id === name
  if (node.type === 'Compare') return node.ops.length === 1 && node.ops[0] === 'in' && isCharacter(node.left) ? 'isalnum' : undefined
  if (node.type !== 'Call' || node.func.type !== 'Attribute' || !isCharacter(node.func.value)) return undefined
  return characterTests.test(node.func.attr) ? node.func.attr : undefined
}
