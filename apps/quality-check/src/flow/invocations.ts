import { makeList, makeRecord } from './objects.ts'
import type { Expression, FunctionNode, Parameter, Span } from './program.ts'
import { noProofs, type Arguments, type Run } from './run.ts'
import { bindVariable, type Frame, type Variable } from './scope.ts'
import { allTaints } from './arguments.ts'
import { signatureOf } from './memory.ts'
import { nextSlotId } from './store.ts'
import { taintsOfPath } from './sources.ts'
import { noTaints, stepTaints, uniteTaints, type Taints } from './taint.ts'
import { deepTaints, joinAll, joinValues, never, nothing, objectValue, pathValue, taintedValue, unknown, withTaints, type Callable, type Value } from './values.ts'

type FunctionValue = Extract<Callable, { readonly kind: 'function' }>

/** Runs a function of the program with a call's arguments and returns its possible results. */
export function invoke(run: Run, callable: FunctionValue, args: Arguments, at: Span): Value {
  const { node } = callable
  run.budget.spendOnCall()
  const taints = allTaints(args)
  const signature = signatureOf(callable.scope, args, callable.receiver)
  const known = run.memory.recall(node, signature, stepInto(node, taints, at))
  if (known !== undefined) {
    run.proofs = known.proofs
    return known.result
  }
  run.proofs = noProofs
  if (!run.functions.begin(node)) return taintedValue(taints)
  run.functions.markRun(node)
  const firstNewId = nextSlotId()
  const mark = run.store.begin()
  const value = runBody(run, callable, args, at, false)
  const isPure = !run.store.touchedSince(mark, firstNewId)
  run.store.keep()
  run.memory.remember(node, signature, { result: value, proofs: run.proofs }, isPure)
  run.functions.end()
  return value
}

/** Runs a function as an entry point: the model determines the values of its parameters. */
export function runEntry(run: Run, callable: FunctionValue, receiver: Value | undefined): void {
  if (!run.functions.begin(callable.node)) return
  const shared = sharedContainers(run, callable.scope)
  runBody(run, receiver === undefined ? callable : { ...callable, receiver }, { positional: [], spread: undefined, keywords: new Map(), receiver }, callable.node, true)
  for (const [variable, content] of shared) run.store.write(variable, content)
  run.functions.end()
}

/** Module-level requests, such as Flask's `request`: what one function proved about them does not hold for another. */
function sharedContainers({ world }: Run, scope: Frame | undefined): [Variable, Value | undefined][] {
  const found: [Variable, Value | undefined][] = []
  for (let at = scope; at !== undefined; at = at.parent) {
    for (const variable of at.variables.values()) if (variable.content?.path !== undefined && world.isContainer(variable.content.path)) found.push([variable, variable.content])
  }
  return found
}

function runBody(run: Run, callable: FunctionValue, args: Arguments, at: Span, isEntry: boolean): Value {
  const { node, scope, owner } = callable
  const { store } = run
  const mark = store.begin()
  const receiver = callable.receiver ?? args.receiver
  const frame: Frame = {
    id: nextSlotId(),
    node,
    parent: scope,
    locals: node.locals,
    variables: new Map(),
    returns: [],
    jumps: [],
    throws: [],
    mark,
    branches: store.branches,
    isHandler: run.functions.factsOf(node).isHandler,
    receiver,
    owner,
  }
  bindReceiver(run, frame, node, receiver, isEntry)
  bindParameters(run, frame, callable, args, at, isEntry)
  const ends = run.execute(node.body, frame)
  const value = leave(run, frame, ends)
  run.proofs = args.positional.map((given, index) => proofOf(run, frame, given, node.parameters[index + (takesReceiver(run, callable) && receiver !== undefined ? 1 : 0)]))
  return value
}

/** The rules for which an argument is harmless once the function has returned: those for which the parameter, if it is never reassigned, was proved harmless. */
function proofOf({ world }: Run, { variables }: Frame, given: Value, parameter: Parameter | undefined): bigint | undefined {
  const variable = parameter?.target.kind === 'name' && parameter.rest === undefined ? variables.get(parameter.target.name) : undefined
  const before = deepTaints(given)
  if (variable?.content === undefined || variable.assignments !== 1 || before.length === 0) return undefined
  const common = (taints: Taints): bigint => taints.reduce((mask, { clean }) => mask & clean, world.allBits)
  const mask = common(deepTaints(variable.content))
  return mask === common(before) ? undefined : mask
}

function leave({ store }: Run, { returns, mark }: Frame, ends: boolean): Value {
  const values = returns.map(({ value }) => value ?? nothing)
  if (ends) values.push(nothing)
  const snapshots = returns.map(({ changes }) => changes).filter((changes) => changes !== undefined)
  if (snapshots.length === 0) {
    // If no path returns, all of them throw, and their effects remain.
    store.keep()
  } else {
    const isCurrent = ends || returns.some(({ changes }) => changes === undefined)
    const current = store.undo(mark)
    store.merge(isCurrent ? [current, ...snapshots] : snapshots)
  }
  return values.length === 0 ? never : joinAll(values)
}

function bindReceiver({ language, world }: Run, frame: Frame, node: FunctionNode, receiver: Value | undefined, isEntry: boolean): void {
  if (language !== 'javascript' || !node.locals.has('this')) return
  bindVariable(frame, 'this').content = receiver ?? (isEntry ? pathValue(world.unknown) : unknown)
}

/** The state while the parameters of one call are bound. */
interface Binding {
  readonly run: Run
  readonly frame: Frame
  readonly node: FunctionNode
  readonly args: Arguments
  /** The values by parameter position, in Python with the receiver first. */
  readonly given: readonly Value[]
  readonly isEntry: boolean
}

function bindParameters(run: Run, frame: Frame, callable: FunctionValue, args: Arguments, at: Span, isEntry: boolean): void {
  const { node } = callable
  const given = takesReceiver(run, callable) && frame.receiver !== undefined ? [frame.receiver, ...args.positional] : args.positional
  const binding: Binding = { run, frame, node, args, given, isEntry }
  for (const [index, parameter] of node.parameters.entries()) {
    const value = parameter.rest === undefined ? valueOf(binding, parameter, index) : restOf(binding, parameter, index)
    run.assign(parameter.target, passed(value, node, at, isEntry), frame)
  }
}

/** Python passes the object as the first parameter. */
function takesReceiver({ language }: Run, { node, owner }: FunctionValue): boolean {
  if (language !== 'python' || owner === undefined) return false
  return !node.decorators.some((decorator) => decorator.kind === 'name' && decorator.name === 'staticmethod')
}

function passed(value: Value, node: FunctionNode, at: Span, isEntry: boolean): Value {
  return isEntry || value.taints.length === 0 ? value : withTaints(value, stepInto(node, value.taints, at))
}

function stepInto({ name }: FunctionNode, taints: Taints, at: Span): Taints {
  return taints.length === 0 ? taints : stepTaints(taints, at, `passed to ${name === '' ? 'a function' : name}`, name)
}

function valueOf(binding: Binding, parameter: Parameter, index: number): Value {
  const { run, frame, node, args, given, isEntry } = binding
  const value = given[index] ?? args.keywords.get(parameter.name) ?? args.spread
  const fact = run.functions.factsOf(node).parameters[index]
  if (value !== undefined && !(value === unknown && fact !== undefined)) return value
  const isServed = fact?.path !== undefined || (fact?.kind !== undefined && fact.kind !== 'parameter')
  const outside = isEntry || isServed ? fromOutside(run, node, index, parameter) : undefined
  if (parameter.default === undefined) return outside ?? (isEntry ? unknown : (value ?? nothing))
  const fallback = run.evaluate(parameter.default, frame)
  if (outside !== undefined) return joinValues(outside, fallback)
  return isEntry ? joinValues(fallback, unknown) : fallback
}

function restOf({ run, node, args, given, isEntry }: Binding, parameter: Parameter, index: number): Value {
  const outside = isEntry ? fromOutside(run, node, index, parameter) : undefined
  if (outside !== undefined) return outside
  const { spread, keywords } = args
  if (parameter.rest === 'record') {
    const named = new Set(node.parameters.slice(0, index).map(({ name }) => name))
    return objectValue(makeRecord(new Map([...keywords].filter(([name]) => !named.has(name))), spread, spread === undefined && !isEntry))
  }
  const rest = given.slice(index)
  return objectValue(spread === undefined ? makeList(rest) : makeList(undefined, joinAll([...rest, spread])))
}

/** The value of a parameter when the caller is outside the file. */
function fromOutside(run: Run, node: FunctionNode, index: number, parameter: Parameter): Value | undefined {
  const fact = run.functions.factsOf(node).parameters[index]
  const { target, name } = parameter
  const { start, end } = target
  const here: Expression = { kind: 'name', name, start, end }
  const path = fact?.path === undefined ? undefined : run.world.pathOf(fact.path)
  const ofPath = path === undefined ? noTaints : taintsOfPath(run, path, here)
  const kind = fact?.kind ?? (fact === undefined && node.exported && !isReceiver(run, index, name) ? 'parameter' : undefined)
  const own = kind === undefined ? noTaints : [{ kind, origin: { start, end, expression: name, what: fact?.what ?? '' }, step: undefined, guess: false, clean: 0n }]
  const taints = uniteTaints(own, ofPath)
  if (path === undefined && taints.length === 0) return undefined
  return path === undefined ? taintedValue(taints) : pathValue(path, taints)
}

function isReceiver({ language }: Run, index: number, name: string): boolean {
  return language === 'python' && index === 0 && /^(?:self|cls)$/.test(name)
}
