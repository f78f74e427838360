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

/** Methods that call a function with the elements of their receiver. */
const iterators = new Set(['map', 'forEach', 'filter', 'find', 'findLast', 'findIndex', 'some', 'every', 'flatMap', 'sort', 'then', 'each', 'apply'])
const lookups = new Set(['get', 'getAll', 'getItem', 'find', 'findOne', 'findById', 'lookup', 'item', 'pop'])
const keepers = new Set(['filter', 'sort', 'toSorted', 'find', 'findLast'])

/** A call to code outside the file. Its result carries the taints of the arguments, unless the model or a rule says otherwise. */
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

/** Functions of the language that pass on their arguments: Promise, bind and similar. */
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

// Characters with which data can break out of its context: HTML, quoted text, a path.
const leaving = ['<', "'", '/']

/** The rules for which a text without "<", "'" or "/" is harmless: they list "replaces.<" and similar among their sanitizers. */
function escapedBits({ world, language }: Run, method: string, { positional }: Arguments): bigint {
  if (method !== 'replace' && method !== 'replaceAll') return 0n
  return leaving.reduce((bits, character) => (replacesAll(method, positional, character, language) ? bits | world.factsOf(world.child(world.child(undefined, 'replaces'), character)).sanitizes : bits), 0n)
}

/** A lookup returns data of the receiver; the key is rarely part of the result, so its taints become guesses. */
function taintsOfLookup(args: Arguments): Taints {
  const receiver = args.receiver === undefined ? noTaints : deepTaints(args.receiver)
  return uniteTaints(receiver, guessTaints(allTaints({ ...args, receiver: undefined })))
}

/** xs.map(Number), map(int, xs) */
function mapsToNothing({ world }: Run, { name }: Path, { positional: [first] }: Arguments): boolean {
  return name === 'map' && first?.path !== undefined && (world.factsOf(first.path).stops || world.factsOf(world.child(first.path, '()')).stops)
}

/** Whether the result certainly contains the arguments' data. With an unknown pattern, what a substitution leaves is unknown. */
function isSure(run: Run, path: Path, args: Arguments): boolean {
  const { receiver } = args
  if (path.name === 'sub' && args.positional[0]?.constants === undefined) return false
  if (run.world.factsOf(path).passes || iterators.has(path.name)) return true
  return asksForPart(args) || (receiver !== undefined && (receiver.path !== undefined && run.world.isContainer(receiver.path)))
}

/** A named part is read from the result of a function that wraps a request. */
const asksForPart = ({ receiver, positional: [name] }: Arguments): boolean => receiver?.whole === true && name?.constants !== undefined

function isBuilt(name: string, { receiver, positional: [first] }: Arguments): boolean {
  return receiver?.built === true || first?.built === true || ((name === 'format' || name === 'concat') && receiver?.constants !== undefined)
}

/** A list after filtering by a test that narrows its elements: `ids.filter((id) => Number.isInteger(id))`. */
function keptByTest(run: Run, name: string, value: Value, { receiver, positional: [test] }: Arguments): Value | undefined {
  const [callable] = test?.callables ?? []
  if (receiver === undefined || callable?.kind !== 'function' || (name !== 'filter' && name !== 'find' && name !== 'findLast')) return undefined
  const element = elementOrSelf(receiver)
  const [kept] = provenInside(run, callable, [element], true)
  if (kept === undefined || kept === element) return undefined
  return name === 'filter' ? objectValue(makeList(undefined, kept), value.path) : { ...kept, constants: kept.constants === undefined ? undefined : [...kept.constants, undefined] }
}

/** Refines the result: a compiled pattern, a list, or the result of a callback. */
function shapeOfResult(name: string, value: Value, args: Arguments, returned: Value | undefined): Value {
  if (name === 'RegExp' || name === 'compile') return withPattern(value, args)
  if (returned !== undefined && (name === 'map' || name === 'flatMap')) return { ...objectValue(makeList(undefined, returned), value.path), taints: noTaints }
  if (returned !== undefined && name === 'then') return withTaints(returned, uniteTaints(value.taints, returned.taints))
  // An HTTP agent has the options that were passed to its constructor.
  if (name === 'Agent' && args.positional.length === 1) return { ...value, objects: args.positional[0]?.objects ?? [] }
  return keepers.has(name) && args.receiver !== undefined && args.receiver.objects.length > 0 ? joinValues(args.receiver, value) : value
}

const keepsStart = new Set(['trim', 'trimEnd', 'strip', 'rstrip', 'toString', 'concat', 'quote', 'str', 'String', 'encode', 'bytes'])

/** The known beginning of the resulting text. */
function prefixOfResult(name: string, { receiver, positional }: Arguments): string | undefined {
  const from = receiver ?? positional[0]
  const text = from === undefined ? undefined : prefixOf(from)
  if (text === undefined || text === '') return undefined
  if (name === 'format') return text.split('{')[0] || undefined
  return keepsStart.has(name) ? text : undefined
}

/** A known function whose only argument is a request returns a reader of that request. */
function isWrapper({ world }: Run, path: Path, { positional, keywords }: Arguments): boolean {
  const [only] = positional
  if (only?.path === undefined || keywords.size > 0 || !world.isContainer(only.path) || !world.isKnown(path)) return false
  const { reads } = world.model
  return reads === undefined ? positional.length === 1 : positional.slice(1).every(({ constants }) => constants !== undefined) && reads(textOfPath(path))
}

const resolver = '<resolve>'

/** new Promise((resolve) => ...): the promise resolves to the arguments of resolve. */
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

/** Stores the arguments of a call in its receiver: under a constant key, or, for calls that the model lists, as taints of the whole. */
function fill(run: Run, { callee }: Call, args: Arguments, fills: boolean, frame: Frame): void {
  const { receiver } = args
  if (callee.kind !== 'member' || receiver === undefined) return
  const kept = receiver.objects.length === 0 && typeof callee.key === 'string' ? keptByKey(receiver, callee.key, args) : undefined
  if (kept !== undefined) return replace(run, callee.object, kept, frame)
  // `add` with several arguments is a method of a client, not of a container.
  const taints = fills && !(callee.key === 'add' && args.positional.length > 1) ? allTaints({ ...args, receiver: undefined }) : noTaints
  if (taints.length > 0) replace(run, callee.object, withTaints(receiver, uniteTaints(receiver.taints, taints)), frame)
}

function withPattern(value: Value, { positional }: Arguments): Value {
  const [pattern] = positional
  if (pattern?.constants === undefined) return value
  return { ...value, objects: [makeRecord(new Map([[sourceField, pattern]]), undefined, false)] }
}

/** A function derived from another one that behaves alike: promisify(f), partial(f, x), f.bind(x). */
function wrappedFunction(run: Run, path: Path, { positional, receiver }: Arguments): Value | undefined {
  const [first] = positional
  if ((path.name === 'promisify' || path.name === 'callbackify' || path.name === 'wraps') && first !== undefined && (first.path !== undefined || first.callables.length > 0)) return first
  return path.name === 'bind' && receiver !== undefined && receiver.taints.length === 0 && receiver.path !== undefined && run.world.isKnown(receiver.path) ? receiver : undefined
}

/** Runs functions that are passed to unknown code, except those that a framework serves, which are entry points. Returns their results. */
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

/** Listeners of one object share variables, so they run in order: `on('data', (piece) => (body += piece))`, `on('end', () => use(body))`. */
function isListener({ passedTo }: FunctionNode): boolean {
  return passedTo !== undefined && /\.(?:on|once)$/.test(passedTo.callee)
}

function callbackArguments(name: string, { receiver }: Arguments, facts: Facts): Arguments {
  const none = { keywords: new Map<string, Value>(), receiver: undefined }
  if ((name === 'reduce' || name === 'reduceRight') && receiver !== undefined) return { ...none, positional: [withTaints(unknown, deepTaints(receiver)), elementOrSelf(receiver)], spread: unknown }
  const element = handedOver(name, receiver, facts)
  return iterators.has(name) ? { ...none, positional: [element], spread: unknown } : { ...none, positional: [], spread: element }
}

/** The argument that a method passes to its callback. */
function handedOver(name: string, receiver: Value | undefined, { stops, passes }: Facts): Value {
  if (receiver === undefined || stops) return unknown
  if (name === 'then') return receiver
  if (iterators.has(name)) return elementOrSelf(receiver)
  return withTaints(unknown, passes ? deepTaints(receiver) : guessTaints(deepTaints(receiver)))
}

function elementOrSelf(value: Value): Value {
  return value.objects.length === 0 ? withTaints(unknown, value.taints) : elementOfValue(value)
}
