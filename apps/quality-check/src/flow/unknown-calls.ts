import { allTaints } from './arguments.ts'
import { replace } from './assignments.ts'
import { keptByKey } from './builtins.ts'
import { provenInside } from './call-tests.ts'
import { elementOfValue, makeList, makeRecord, writeField } from './objects.ts'
import type { Expression, FunctionNode, Span } from './program.ts'
import { keepsOnlyHarmless, replacesAll, sourceField } from './regular-expressions.ts'
import type { Arguments, Run } from './run.ts'
import type { Frame } from './scope.ts'
import { taintsOfPath } from './sources.ts'
import { cleanTaints, guessTaints, noTaints, randomTaints, restoredTaints, sureTaints, uniteTaints, type Taints } from './taint.ts'
import { deepTaints, joinValues, objectValue, pathValue, prefixOf, unknown, withTaints, type Value } from './values.ts'
import { textOfPath, type Facts, type Path } from './world.ts'

type Call = Extract<Expression, { readonly kind: 'call' }>

/** Methods that call a function with what their receiver holds. */
const iterators = new Set(['map', 'forEach', 'filter', 'find', 'findLast', 'findIndex', 'some', 'every', 'flatMap', 'sort', 'then', 'each', 'apply'])
const lookups = new Set(['get', 'getAll', 'getItem', 'find', 'findOne', 'findById', 'lookup', 'item', 'pop'])
const keepers = new Set(['filter', 'sort', 'toSorted', 'find', 'findLast'])

/** A call into code that is not here: its result carries what it was given, unless the model or a rule knows better. */
export function callUnknown(run: Run, call: Call, method: Value, path: Path, args: Arguments, frame: Frame): Value {
  const facts = run.world.factsOf(path)
  fill(run, call, args, facts.fills, frame)
  if (facts.ends) run.ending = call
  const known = callKnown(run, call, method, path, args)
  if (known !== undefined) return known
  const returned = runCallbacks(run, call, args, facts)
  const result = run.world.child(path, '()')
  const value: Value = {
    ...pathValue(result, taintsOfResult(run, call, { method, path, result, args, returned })),
    built: !facts.stops && isBuilt(path.name, args),
    prefix: prefixOfResult(path.name, args),
    whole: isWrapper(run, path, args),
  }
  return keptByTest(run, path.name, value, args) ?? shapeOfResult(path.name, value, args, returned)
}

/** Calls of the language's own that hand on what they are given. */
function callKnown(run: Run, call: Call, method: Value, path: Path, args: Arguments): Value | undefined {
  if (path.name === resolver) return settle(run, method, args)
  const promised = path.name === 'Promise' && path.parent === undefined ? runExecutor(run, args, call, path) : undefined
  return promised ?? wrappedFunction(run, path, args)
}

interface Outcome {
  readonly method: Value
  readonly path: Path
  readonly result: Path
  readonly args: Arguments
  readonly returned: Value | undefined
}

function taintsOfResult(run: Run, call: Call, outcome: Outcome): Taints {
  const { world } = run
  const { method, path, result, args, returned } = outcome
  const facts = world.factsOf(path)
  const resultFacts = world.factsOf(result)
  const asked = asksForPart(args) ? sureTaints(method.taints) : method.taints
  const given = uniteTaints(asked, lookups.has(path.name) && args.receiver !== undefined ? taintsOfLookup(args) : allTaints(args))
  const isStopped = facts.stops || resultFacts.stops || mapsToNothing(run, path, args)
  const carried = isStopped ? randomTaints(given) : uniteTaints(given, returned === undefined ? noTaints : deepTaints(returned))
  const sure = isSure(run, path, args) ? carried : guessTaints(carried)
  const passed = facts.undoes ? restoredTaints(sure) : sure
  const cleaned = cleanTaints(passed, keepsOnlyHarmless(path.name, args.positional) ? world.allBits : facts.sanitizes | escapedBits(run, path.name, args))
  return resultFacts.sources.length === 0 ? cleaned : uniteTaints(taintsOfPath(run, result, call), cleaned)
}

// What texts of other languages are left by.
const leaving = ['<', "'", '/']

/** The rules that trust a text without "<", "'" or "/": they list "replaces.<" and its like among their sanitizers. */
function escapedBits({ world, language }: Run, method: string, { positional }: Arguments): bigint {
  if (method !== 'replace' && method !== 'replaceAll') return 0n
  return leaving.reduce((bits, character) => (replacesAll(method, positional, character, language) ? bits | world.factsOf(world.child(world.child(undefined, 'replaces'), character)).sanitizes : bits), 0n)
}

/** What is looked up comes from the receiver; by which key is hardly ever seen in it. */
function taintsOfLookup(args: Arguments): Taints {
  const receiver = args.receiver === undefined ? noTaints : deepTaints(args.receiver)
  return uniteTaints(receiver, guessTaints(allTaints({ ...args, receiver: undefined })))
}

/** xs.map(Number), map(int, xs) */
function mapsToNothing({ world }: Run, { name }: Path, { positional: [first] }: Arguments): boolean {
  return name === 'map' && first?.path !== undefined && (world.factsOf(first.path).stops || world.factsOf(world.child(first.path, '()')).stops)
}

/** Whether what comes out is made of what went in. What a pattern that is not here leaves of it is not known. */
function isSure(run: Run, path: Path, args: Arguments): boolean {
  const { receiver } = args
  if (path.name === 'sub' && args.positional[0]?.constants === undefined) return false
  if (run.world.factsOf(path).passes || iterators.has(path.name)) return true
  return asksForPart(args) || (receiver !== undefined && (receiver.path !== undefined && run.world.isContainer(receiver.path)))
}

/** What was made of a request is asked for a part of it by name. */
const asksForPart = ({ receiver, positional: [name] }: Arguments): boolean => receiver?.whole === true && name?.constants !== undefined

function isBuilt(name: string, { receiver, positional: [first] }: Arguments): boolean {
  return receiver?.built === true || first?.built === true || ((name === 'format' || name === 'concat') && receiver?.constants !== undefined)
}

/** What a test leaves of a list: `ids.filter((id) => Number.isInteger(id))`. */
function keptByTest(run: Run, name: string, value: Value, { receiver, positional: [test] }: Arguments): Value | undefined {
  const [callable] = test?.callables ?? []
  if (receiver === undefined || callable?.kind !== 'function' || (name !== 'filter' && name !== 'find' && name !== 'findLast')) return undefined
  const element = elementOrSelf(receiver)
  const [kept] = provenInside(run, callable, [element], true)
  if (kept === undefined || kept === element) return undefined
  return name === 'filter' ? objectValue(makeList(undefined, kept), value.path) : { ...kept, constants: kept.constants === undefined ? undefined : [...kept.constants, undefined] }
}

/** The result as a pattern, a list, or what a function that was handed over returned. */
function shapeOfResult(name: string, value: Value, args: Arguments, returned: Value | undefined): Value {
  if (name === 'RegExp' || name === 'compile') return withPattern(value, args)
  if (returned !== undefined && (name === 'map' || name === 'flatMap')) return { ...objectValue(makeList(undefined, returned), value.path), taints: noTaints }
  if (returned !== undefined && name === 'then') return withTaints(returned, uniteTaints(value.taints, returned.taints))
  // An agent has the settings that it was made with.
  if (name === 'Agent' && args.positional.length === 1) return { ...value, objects: args.positional[0]?.objects ?? [] }
  return keepers.has(name) && args.receiver !== undefined && args.receiver.objects.length > 0 ? joinValues(args.receiver, value) : value
}

const keepsStart = new Set(['trim', 'trimEnd', 'strip', 'rstrip', 'toString', 'concat', 'quote', 'str', 'String', 'encode', 'bytes'])

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
  run.call(executor, { positional: [resolve], spread: unknown, keywords: new Map(), receiver: undefined }, at)
  return box.content.rest ?? pathValue(run.world.child(path, '()'))
}

function settle(run: Run, { objects }: Value, { positional: [value] }: Arguments): Value {
  if (value !== undefined) for (const box of objects) writeField(run.store, box, undefined, value, false)
  return unknown
}

/** What a call puts into its receiver: by key where that is known, and all it is given where the model says so. */
function fill(run: Run, { callee }: Call, args: Arguments, fills: boolean, frame: Frame): void {
  const { receiver } = args
  if (callee.kind !== 'member' || receiver === undefined) return
  const kept = receiver.objects.length === 0 && typeof callee.key === 'string' ? keptByKey(receiver, callee.key, args) : undefined
  if (kept !== undefined) return replace(run, callee.object, kept, frame)
  // `add` with several arguments asks a client for something, and is no container's.
  const taints = fills && !(callee.key === 'add' && args.positional.length > 1) ? allTaints({ ...args, receiver: undefined }) : noTaints
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

function callbackArguments(name: string, { receiver }: Arguments, facts: Facts): Arguments {
  const none = { keywords: new Map<string, Value>(), receiver: undefined }
  if ((name === 'reduce' || name === 'reduceRight') && receiver !== undefined) return { ...none, positional: [withTaints(unknown, deepTaints(receiver)), elementOrSelf(receiver)], spread: unknown }
  const element = handedOver(name, receiver, facts)
  return iterators.has(name) ? { ...none, positional: [element], spread: unknown } : { ...none, positional: [], spread: element }
}

/** What a method gives the function it is handed. */
function handedOver(name: string, receiver: Value | undefined, { stops, passes }: Facts): Value {
  if (receiver === undefined || stops) return unknown
  if (name === 'then') return receiver
  if (iterators.has(name)) return elementOrSelf(receiver)
  return withTaints(unknown, passes ? deepTaints(receiver) : guessTaints(deepTaints(receiver)))
}

function elementOrSelf(value: Value): Value {
  return value.objects.length === 0 ? withTaints(unknown, value.taints) : elementOfValue(value)
}
