import { callBuiltin, keptByKey } from './builtins.ts'
import { construct, findInBases } from './classes.ts'
import { replace } from './assignments.ts'
import { callLanguageGlobal } from './globals.ts'
import { readMember } from './members.ts'
import { elementOfValue, makeList, makeRecord, writeField } from './objects.ts'
import type { Argument, Expression, FunctionNode, Span } from './program.ts'
import { keepsOnlyHarmless, sourceField } from './regular-expressions.ts'
import type { Arguments, Run } from './run.ts'
import type { Frame } from './scope.ts'
import { checkCall } from './sinks.ts'
import { taintsOfPath } from './sources.ts'
import { cleanTaints, guessTaints, noTaints, randomTaints, uniteTaints, type Taints } from './taint.ts'
import { deepTaints, joinAll, joinValues, never, objectValue, pathValue, prefixOf, unknown, withTaints, type Callable, type Value } from './values.ts'
import { textOfPath, type Facts, type Path } from './world.ts'

type Call = Extract<Expression, { readonly kind: 'call' }>

/** Methods that call a function with what their receiver holds. */
const iterators = new Set(['map', 'forEach', 'filter', 'find', 'findLast', 'findIndex', 'some', 'every', 'flatMap', 'sort', 'then', 'each', 'apply'])
const keepers = new Set(['filter', 'sort', 'toSorted', 'find', 'findLast'])

export function evaluateCall(run: Run, call: Call, frame: Frame): Value {
  const { callee } = call
  const base = baseCall(run, call, frame)
  if (base !== undefined) return base
  const receiver = callee.kind === 'member' ? run.evaluate(callee.object, frame) : undefined
  const method = callee.kind === 'member' && receiver !== undefined ? readMember(run, receiver, typeof callee.key === 'string' ? callee.key : run.evaluate(callee.key, frame), callee, callee.object) : run.evaluate(callee, frame)
  const args = evaluateArguments(run, call.args, receiver, frame)
  const { callables } = method
  if (receiver !== undefined && receiver.callables.length > 0 && callee.kind === 'member' && (callee.key === 'call' || callee.key === 'apply')) return callThrough(run, receiver, callee.key, args, call)
  if (callables.length > 0) return ended(run, call, callAll(run, callables, args, call))
  const path = method.path ?? run.world.unknown
  checkCall(run, path, args, callee, call)
  if (receiver !== undefined && callee.kind === 'member' && typeof callee.key === 'string') {
    const known = callBuiltin(run, receiver, callee.key, args)
    if (known !== undefined) return known
  }
  return callLanguageGlobal(run, path, args, call) ?? callUnknown(run, call, method, path, args, frame)
}

function evaluateArguments(run: Run, args: readonly Argument[], receiver: Value | undefined, frame: Frame): Arguments {
  const positional: Value[] = []
  const keywords = new Map<string, Value>()
  let spread: Value | undefined
  for (const { value: expression, name, spread: isSpread } of args) {
    const value = run.evaluate(expression, frame)
    if (name === '**') expand(value, keywords)
    else if (name !== undefined) keywords.set(name, value)
    else if (isSpread !== true) positional.push(spread === undefined ? value : joinValues(value, spread))
    else {
      const items = value.objects.length === 1 ? value.objects[0]?.content.items : undefined
      if (items !== undefined && spread === undefined) positional.push(...items)
      else if (value.objects[0] !== undefined && value.objects[0].content.items === undefined) for (const [key, field] of value.objects[0].content.fields) keywords.set(key, field)
      else spread = spread === undefined ? elementOfValue(value) : joinValues(spread, elementOfValue(value))
    }
  }
  return { positional, spread, keywords, receiver }
}

/** Known fields as keywords; others may be any. */
function expand(value: Value, keywords: Map<string, Value>): void {
  for (const { content } of value.objects) for (const [key, field] of content.fields) keywords.set(key, field)
  const taints = value.objects.length === 0 ? value.taints : uniteTaints(value.taints, deepTaints(joinAll(value.objects.flatMap(({ content }) => (content.rest === undefined ? [] : [content.rest])))))
  if (taints.length > 0) keywords.set('**', withTaints(unknown, taints))
}

/** Calls what a value may be, each from here. */
export function callValue(run: Run, callee: Value, args: Arguments, at: Span): Value {
  return callee.callables.length === 0 ? withTaints(unknown, allTaints(args)) : callAll(run, callee.callables, args, at)
}

function callAll(run: Run, callables: readonly Callable[], args: Arguments, at: Span): Value {
  const [only] = callables
  if (only !== undefined && callables.length === 1) return callOne(run, only, args, at)
  const branches = callables.map((callable) => {
    const mark = run.store.begin()
    const value = callOne(run, callable, args, at)
    return { value, changes: run.store.undo(mark) }
  })
  run.store.merge(branches.map(({ changes }) => changes))
  return joinAll(branches.map(({ value }) => value))
}

function callOne(run: Run, callable: Callable, args: Arguments, at: Span): Value {
  return callable.kind === 'class' ? construct(run, callable.class, args, at) : run.invoke(callable, args, at)
}

/** Notes a call of a function that only throws. */
function ended(run: Run, call: Call, value: Value): Value {
  if (value !== never) return value
  run.ending = call
  return unknown
}

/** f.call(object, a, b) and f.apply(object, [a, b]). */
function callThrough(run: Run, { callables }: Value, method: 'call' | 'apply', { positional, spread }: Arguments, at: Span): Value {
  const [receiver, ...others] = positional
  const [list] = others
  const handed = method === 'call' ? others : (list?.objects[0]?.content.items ?? [])
  const rest = method === 'apply' && handed.length === 0 && list !== undefined ? elementOfValue(list) : spread
  return callAll(run, callables, { positional: handed, spread: rest, keywords: new Map(), receiver }, at)
}

/** `super(...)`, `super.method(...)`, `super().method(...)`: what the bases do with this object. */
function baseCall(run: Run, { callee, args, ...at }: Call, frame: Frame): Value | undefined {
  const name = baseMethod(callee)
  if (name === undefined) return undefined
  let method: Frame | undefined = frame
  while (method !== undefined && method.owner === undefined) method = method.parent
  if (method?.owner === undefined || method.receiver === undefined) return undefined
  const given = evaluateArguments(run, args, method.receiver, frame)
  const found = findInBases(method.owner, name)
  if (found === undefined) return undefined
  const bound = found.callables.map((callable) => (callable.kind === 'function' ? { ...callable, receiver: method.receiver ?? unknown } : callable))
  return bound.length === 0 ? undefined : callAll(run, bound, given, at)
}

function baseMethod(callee: Expression): string | undefined {
  if (callee.kind === 'name') return callee.name === 'super' ? 'constructor' : undefined
  if (callee.kind !== 'member' || typeof callee.key !== 'string') return undefined
  const { object } = callee
  const isBase = (object.kind === 'name' && object.name === 'super') || (object.kind === 'call' && object.callee.kind === 'name' && object.callee.name === 'super')
  return isBase ? callee.key : undefined
}

/** A call into code that is not here: its result carries what it was given, unless the model or a rule knows better. */
function callUnknown(run: Run, call: Call, method: Value, path: Path, args: Arguments, frame: Frame): Value {
  const { world } = run
  const facts = world.factsOf(path)
  const result = world.child(path, '()')
  const resultFacts = world.factsOf(result)
  const given = uniteTaints(method.taints, allTaints(args))
  const isWhole = isWrapper(run, path, args)
  const isSure = facts.passes || iterators.has(path.name) || isWhole || args.receiver?.whole === true || (args.receiver?.path !== undefined && world.isContainer(args.receiver.path))
  fill(run, call, args, facts.fills, frame)
  if (facts.ends) run.ending = call
  if (path.name === resolver) return settle(run, method, args)
  const promised = path.name === 'Promise' && path.parent === undefined ? runExecutor(run, args, call, result) : undefined
  if (promised !== undefined) return promised
  const wrapped = wrappedFunction(run, path, args)
  if (wrapped !== undefined) return wrapped
  const returned = runCallbacks(run, call, args, facts)
  let taints: Taints = facts.stops || resultFacts.stops ? randomTaints(given) : uniteTaints(given, returned === undefined ? noTaints : deepTaints(returned))
  if (!isSure) taints = guessTaints(taints)
  taints = cleanTaints(taints, keepsOnlyHarmless(path.name, args.positional) ? world.allBits : facts.sanitizes)
  if (resultFacts.sources.length > 0) taints = uniteTaints(taintsOfPath(run, result, call), taints)
  const name = path.name
  const isBuilt = !facts.stops && (args.receiver?.built === true || args.positional[0]?.built === true || (name === 'format' && args.receiver?.constants !== undefined))
  const value = { ...pathValue(result, taints), built: isBuilt, prefix: prefixOfResult(name, args), whole: isWhole }
  if (name === 'RegExp' || name === 'compile') return withPattern(value, args)
  if (returned !== undefined && (name === 'map' || name === 'flatMap')) return { ...objectValue(makeList(undefined, returned), result), taints: noTaints }
  if (returned !== undefined && name === 'then') return withTaints(returned, uniteTaints(taints, returned.taints))
  return keepers.has(name) && args.receiver !== undefined && args.receiver.objects.length > 0 ? joinValues(args.receiver, value) : value
}

const keepsStart = new Set(['trim', 'trimEnd', 'strip', 'rstrip', 'toString', 'concat', 'quote', 'str', 'String'])

/** What text made by a known call begins with. */
function prefixOfResult(name: string, { receiver, positional }: Arguments): string | undefined {
  const from = receiver ?? positional[0]
  const text = from === undefined ? undefined : prefixOf(from)
  if (text === undefined || text === '') return undefined
  if (name === 'format') return text.split('{')[0] || undefined
  return keepsStart.has(name) ? text : undefined
}

/** A known function of nothing but a request makes something to read it by. */
function isWrapper({ world }: Run, path: Path, { positional, keywords }: Arguments): boolean {
  const [only] = positional
  if (only?.path === undefined || keywords.size > 0 || !world.isContainer(only.path) || !world.isKnown(path)) return false
  const { reads } = world.model
  return reads === undefined ? positional.length === 1 : positional.slice(1).every(({ constants }) => constants !== undefined) && reads(textOfPath(path))
}

const resolver = '<resolve>'

/** new Promise((resolve) => ...): what is handed to resolve is what comes out. */
function runExecutor(run: Run, { positional }: Arguments, at: Span, path: Path): Value | undefined {
  const [executor] = positional
  if (executor === undefined || executor.callables.length === 0) return undefined
  const box = makeList(undefined)
  const resolve = objectValue(box, run.world.child(undefined, resolver))
  callAll(run, executor.callables, { positional: [resolve], spread: unknown, keywords: new Map(), receiver: undefined }, at)
  return box.content.rest ?? pathValue(path)
}

function settle(run: Run, { objects }: Value, { positional: [value] }: Arguments): Value {
  if (value !== undefined) for (const box of objects) writeField(run.store, box, undefined, value, false)
  return unknown
}

/** All that a call hands over, receiver and fields included. */
export function allTaints({ positional, keywords, spread, receiver }: Arguments): Taints {
  let taints: Taints = receiver === undefined ? noTaints : deepTaints(receiver)
  for (const value of positional) taints = uniteTaints(taints, deepTaints(value))
  for (const value of keywords.values()) taints = uniteTaints(taints, deepTaints(value))
  return spread === undefined ? taints : uniteTaints(taints, deepTaints(spread))
}

/** What a call puts into its receiver: by key where that is known, and all it is given where the model says so. */
function fill(run: Run, { callee }: Call, args: Arguments, fills: boolean, frame: Frame): void {
  const { receiver } = args
  if (callee.kind !== 'member' || receiver === undefined) return
  const kept = receiver.objects.length === 0 && typeof callee.key === 'string' ? keptByKey(receiver, callee.key, args) : undefined
  if (kept !== undefined) return replace(run, callee.object, kept, frame)
  const taints = fills ? allTaints({ ...args, receiver: undefined }) : noTaints
  if (taints.length > 0) replace(run, callee.object, withTaints(receiver, uniteTaints(receiver.taints, taints)), frame)
}

function withPattern(value: Value, { positional }: Arguments): Value {
  const [pattern] = positional
  if (pattern?.constants === undefined) return value
  return { ...value, objects: [makeRecord(new Map([[sourceField, pattern]]), undefined, false)] }
}

/** A function made from another that does the same: promisify(f), partial(f, x), f.bind(x). */
function wrappedFunction(run: Run, path: Path, { positional, receiver }: Arguments): Value | undefined {
  const [first] = positional
  if ((path.name === 'promisify' || path.name === 'callbackify' || path.name === 'wraps') && first !== undefined && (first.path !== undefined || first.callables.length > 0)) return first
  return path.name === 'bind' && receiver !== undefined && receiver.taints.length === 0 && receiver.path !== undefined && run.world.isKnown(receiver.path) ? receiver : undefined
}

/** Functions handed to code that is not here run now, or, if a framework serves them, by themselves. Answers with what they return. */
function runCallbacks(run: Run, call: Call, args: Arguments, facts: Facts): Value | undefined {
  let returned: Value | undefined
  const name = call.callee.kind === 'member' && typeof call.callee.key === 'string' ? call.callee.key : ''
  for (const { callables } of [...args.positional, ...args.keywords.values()])
    for (const callable of callables) {
      if (callable.kind !== 'function' || (run.functions.isServed(callable.node) && !isListener(callable.node))) continue
      const mark = run.store.begin()
      const value = run.invoke(callable, callbackArguments(name, args, facts), call)
      run.store.merge([run.store.undo(mark), new Map()])
      returned = returned === undefined ? value : joinValues(returned, value)
    }
  return returned
}

/** Listeners of one object share what they gather: `on('data', (piece) => (body += piece))`, `on('end', () => use(body))`. */
function isListener({ passedTo }: FunctionNode): boolean {
  return passedTo !== undefined && /\.(?:on|once)$/.test(passedTo.callee)
}

function callbackArguments(name: string, { receiver }: Arguments, { stops, passes }: Facts): Arguments {
  const isIterator = iterators.has(name)
  const element = receiver === undefined || stops ? unknown : name === 'then' ? receiver : isIterator ? elementOrSelf(receiver) : withTaints(unknown, passes ? deepTaints(receiver) : guessTaints(deepTaints(receiver)))
  const isReduce = name === 'reduce' || name === 'reduceRight'
  const handed = isReduce && receiver !== undefined ? [withTaints(unknown, deepTaints(receiver)), elementOrSelf(receiver)] : [element]
  return { positional: isIterator || isReduce ? handed : [], spread: isIterator || isReduce ? unknown : element, keywords: new Map(), receiver: undefined }
}

function elementOrSelf(value: Value): Value {
  return value.objects.length === 0 ? withTaints(unknown, value.taints) : elementOfValue(value)
}
