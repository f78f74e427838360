import type { Constant, FunctionNode } from './program.ts'
import type { ClassValue } from './classes.ts'
import type { Frame } from './scope.ts'
import type { Slot } from './store.ts'
import { noTaints, sameTaints, uniteTaints, type Taints } from './taint.ts'
import type { Path } from './world.ts'

/** An abstract value: all that is known about the result of an expression. Immutable; only slots change. */
export interface Value {
  readonly taints: Taints
  /** All constants that it may be; undefined when it may be something else. */
  readonly constants: readonly Constant[] | undefined
  readonly path: Path | undefined
  /** The records, lists and instances that it may be. */
  readonly objects: readonly Slot<ObjectState>[]
  readonly callables: readonly Callable[]
  /** A text that was concatenated from parts which are not all known. */
  readonly built: boolean
  /** The known beginning of a text that is not entirely known. */
  readonly prefix: string | undefined
  /** Begins with an unknown value that is not untrusted data. */
  readonly led: boolean
  /** Made from a whole request by unknown code, so that what is read from it is request data. */
  readonly whole: boolean
}

/** A function with its scope, or a class. */
export type Callable = { readonly kind: 'function'; readonly node: FunctionNode; readonly scope: Frame; readonly receiver?: Value; readonly owner?: ClassValue } | { readonly kind: 'class'; readonly class: ClassValue }

/** The content of a record, list or instance. */
export interface ObjectState {
  readonly fields: ReadonlyMap<string, Value>
  /** The items of a list whose positions are known. */
  readonly items: readonly Value[] | undefined
  /** The value of any unknown key. */
  readonly rest: Value | undefined
  /** There are no other keys than those listed. */
  readonly closed: boolean
  readonly class: ClassValue | undefined
}

export const maxConstants = 8
const maxObjects = 4
const maxCallables = 4
const maxDeepObjects = 40
// Objects may be cyclic: below this depth they are compared by their taints only.
const maxHoldersDeep = 3
let holdersDeep = 0

const noObjects: readonly Slot<ObjectState>[] = []
const noCallables: readonly Callable[] = []

export const unknown: Value = { taints: noTaints, constants: undefined, path: undefined, objects: noObjects, callables: noCallables, built: false, prefix: undefined, led: false, whole: false }
/** The result of a call that does not return. */
export const never: Value = { ...unknown }
export const nothing: Value = constantValue(undefined)

export function constantValue(...constants: Constant[]): Value {
  return { taints: noTaints, constants, path: undefined, objects: noObjects, callables: noCallables, built: false, prefix: undefined, led: false, whole: false }
}

export function pathValue(path: Path, taints: Taints = noTaints): Value {
  return { taints, constants: undefined, path, objects: noObjects, callables: noCallables, built: false, prefix: undefined, led: false, whole: false }
}

export function taintedValue(taints: Taints, built = false, prefix?: string): Value {
  return taints.length === 0 && !built ? unknown : { taints, constants: undefined, path: undefined, objects: noObjects, callables: noCallables, built, prefix, led: false, whole: false }
}

export function objectValue(object: Slot<ObjectState>, path?: Path): Value {
  return { taints: noTaints, constants: undefined, path, objects: [object], callables: noCallables, built: false, prefix: undefined, led: false, whole: false }
}

export function callableValue(callable: Callable, path?: Path): Value {
  return { taints: noTaints, constants: undefined, path, objects: noObjects, callables: [callable], built: false, prefix: undefined, led: false, whole: false }
}

export function withTaints(value: Value, taints: Taints): Value {
  return taints === value.taints ? value : { ...value, taints }
}

/** Whether the value fixes the beginning of a concatenation: an unknown value, an operator's setting, or data that was made harmless. */
export function leads({ led, constants, prefix, objects, taints }: Value): boolean {
  return led || (constants === undefined && prefix === undefined && objects.length === 0 && taints.every(({ kind, clean, guess }) => kind === 'environment' || clean !== 0n || guess))
}

/** The join: everything that either value may be. */
export function joinValues(a: Value, b: Value): Value {
  if (a === b) return a
  return {
    taints: uniteTaints(a.taints, b.taints),
    constants: joinConstants(a.constants, b.constants),
    path: a.path ?? b.path,
    objects: joinLists(a.objects, b.objects, maxObjects),
    callables: joinLists(a.callables, b.callables, maxCallables),
    built: a.built || b.built,
    prefix: commonPrefix(a, b),
    led: (a.led || b.led) && leads(a) && leads(b),
    whole: a.whole || b.whole,
  }
}

export function joinAll(values: readonly Value[]): Value {
  return values.length === 0 ? unknown : values.reduce((all, value) => joinValues(all, value))
}

/** The text's known beginning. */
export function prefixOf({ constants, prefix }: Value): string | undefined {
  if (constants === undefined || constants.length !== 1) return prefix
  return typeof constants[0] === 'string' ? constants[0] : undefined
}

function commonPrefix(a: Value, b: Value): string | undefined {
  if (a.prefix === undefined && b.prefix === undefined) return undefined
  const [first, second] = [prefixOf(a), prefixOf(b)]
  if (first === undefined || second === undefined) return undefined
  let length = 0
  while (length < first.length && first[length] === second[length]) length++
  return length === 0 ? undefined : first.slice(0, length)
}

function joinConstants(a: readonly Constant[] | undefined, b: readonly Constant[] | undefined): readonly Constant[] | undefined {
  if (a === undefined || b === undefined) return undefined
  const all = union(a, b)
  return all.length > maxConstants ? undefined : all
}

function joinLists<T>(a: readonly T[], b: readonly T[], max: number): readonly T[] {
  if (b.length === 0 || a === b) return a
  if (a.length === 0) return b
  const all = union(a, b)
  return all === a ? a : all.slice(0, max)
}

/** The lists are short, so that a linear search is faster than a set. */
function union<T>(a: readonly T[], b: readonly T[]): readonly T[] {
  let all: T[] | undefined
  for (const each of b) if (!(all ?? a).includes(each)) (all ??= [...a]).push(each)
  return all ?? a
}

/** Whether running the program further could not distinguish the values. */
export function sameValue(a: Value, b: Value): boolean {
  if (a === b) return true
  return sameTaints(a.taints, b.taints) && sameList(a.constants, b.constants) && sameHolders(a, b) && a.callables.length === b.callables.length && a.built === b.built
}

/** An object that each iteration of a loop creates counts as equal to a known one like it; otherwise loops would never reach a fixpoint. */
function sameHolders(a: Value, b: Value): boolean {
  const { objects } = a
  if (objects.length === b.objects.length) return true
  if (objects.length === 0 || b.objects.length < objects.length) return false
  const isKnown = (object: Slot<ObjectState>): boolean => objects.some((each) => each === object || (each.content.class === object.content.class && each.same(each.content, object.content)))
  if (!sameTaints(deepTaints(a), deepTaints(b))) return false
  if (holdersDeep >= maxHoldersDeep) return true
  holdersDeep++
  try {
    return b.objects.every(isKnown)
  } finally {
    holdersDeep--
  }
}

function sameList(a: readonly Constant[] | undefined, b: readonly Constant[] | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.length === b.length && a.every((constant) => b.includes(constant)))
}

/** The taints of the value and of everything it contains. */
export function deepTaints(value: Value): Taints {
  if (value.objects.length === 0) return value.taints
  return collectTaints(noTaints, value, [])
}

function collectTaints(taints: Taints, value: Value, seen: Slot<ObjectState>[]): Taints {
  let all = uniteTaints(taints, value.taints)
  for (const object of value.objects) {
    if (seen.length >= maxDeepObjects || seen.includes(object)) continue
    seen.push(object)
    const { fields, items, rest } = object.content
    for (const held of fields.values()) all = collectTaints(all, held, seen)
    if (items !== undefined) for (const held of items) all = collectTaints(all, held, seen)
    if (rest !== undefined) all = collectTaints(all, rest, seen)
  }
  return all
}

/** The constant, if it is the only possible value, wrapped in an array because it may be undefined. */
export function onlyConstant(value: Value): readonly [Constant] | undefined {
  return value.constants?.length === 1 ? [value.constants[0]] : undefined
}

/** Whether the value is truthy; undefined when unknown. */
export function truthOf({ constants, objects, callables }: Value): boolean | undefined {
  if (constants === undefined || constants.length === 0 || objects.length > 0 || callables.length > 0) return undefined
  const truth = Boolean(constants[0])
  return constants.every((constant) => Boolean(constant) === truth) ? truth : undefined
}
