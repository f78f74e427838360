import { findMethod, pathOfInstance } from './classes.ts'
import { isIndex, isRecord, readField } from './objects.ts'
import type { Constant, Expression, Span } from './program.ts'
import { noKeywords, type Run } from './run.ts'
import { beginTaints, narrowOrigins, queryTaints, taintsOfPath } from './sources.ts'
import { cleanTaints, guessTaints, noTaints, randomTaints, uniteTaints } from './taint.ts'
import { callableValue, constantValue, deepTaints, joinAll, joinValues, pathValue, unknown, withTaints, type Callable, type ObjectState, type Value } from './values.ts'

/** Reads a member; `at` is the reading expression, and `object` the position of the object in the text. */
export function readMember(run: Run, value: Value, key: Value | string, at: Expression, object: Span): Value {
  if (typeof key === 'string') return readCharacters(value, [key]) ?? readNamed(run, value, key, at, object)
  if (key.taints.length > 0 && key.constants === undefined) {
    const read = readAny(run, value, at, object)
    return withTaints(read, uniteTaints(read.taints, randomTaints(key.taints)))
  }
  const keys = keysOf(key)
  if (keys === undefined || keys.length === 0) return readAny(run, value, at, object)
  const character = readCharacters(value, keys)
  if (character !== undefined) return character
  return joinAll(keys.map((name) => readNamed(run, value, name, at, object)))
}

/** All possible keys as text; undefined when they are not all known. */
export function keysOf({ constants }: Value): string[] | undefined {
  return constants?.map(String)
}

function readNamed(run: Run, value: Value, name: string, at: Expression, object: Span): Value {
  const [only] = value.objects
  if (value.callables.length === 0 && value.objects.length <= 1) {
    const read = only === undefined ? undefined : readFrom(run, only.content, name, value, at)
    if (read?.value !== undefined && read.isAll) return read.value
    const other = readUnknown(run, value, name, at, object)
    return read?.value === undefined ? other : joinValues(read.value, other)
  }
  const reads = [...value.objects.map(({ content }) => readFrom(run, content, name, value, at)), ...value.callables.map((callable) => readStatic(callable, name))]
  const found = reads.map((read) => read.value).filter((each) => each !== undefined)
  if (found.length > 0 && reads.every(({ isAll }) => isAll)) return joinAll(found)
  const other = readUnknown(run, value, name, at, object)
  return found.length === 0 ? other : joinValues(joinAll(found), other)
}

interface Read {
  readonly value: Value | undefined
  /** Whether the object may be nothing else. */
  readonly isAll: boolean
}

function readFrom(run: Run, content: ObjectState, name: string, holder: Value, at: Expression): Read {
  const field = readField(content, name)
  const isField = field.found && field.value !== undefined && !isMissing(field.value)
  const method = isField || content.class === undefined ? undefined : findMethod(content.class, name)
  if (method !== undefined) return { value: bind(run, method, holder, at), isAll: true }
  return { value: field.value, isAll: field.found && (content.items === undefined || isIndex(name)) }
}

function readStatic(callable: Callable, name: string): Read {
  const value = callable.kind === 'class' ? (readField(callable.class.statics.content, name).value ?? findMethod(callable.class, name)) : undefined
  return { value, isAll: value !== undefined }
}

function isMissing(value: Value): boolean {
  return value.constants?.length === 1 && value.constants[0] === undefined
}

/** Binds a method to its object. The getter of a property is run. */
function bind(run: Run, method: Value, receiver: Value, at: Expression): Value {
  const [callable] = method.callables
  if (callable?.kind !== 'function' || method.callables.length !== 1) return method
  const bound = callableValue({ ...callable, receiver }, method.path)
  const isProperty = callable.node.decorators.some((decorator) => (decorator.kind === 'name' && /^(?:cached_)?property$/.test(decorator.name)) || (decorator.kind === 'member' && decorator.key === 'cached_property'))
  return isProperty ? run.call(bound, { positional: [], spread: undefined, keywords: noKeywords, receiver }, at) : bound
}

function readUnknown(run: Run, value: Value, name: string, at: Expression, object: Span): Value {
  const { world } = run
  const from = value.path ?? (value.objects[0]?.content.class === undefined ? world.unknown : pathOfInstance(run, value.objects[0].content.class))
  const path = world.child(from ?? world.unknown, name)
  const facts = world.factsOf(path)
  const own = facts.sources.length === 0 ? noTaints : taintsOfPath(run, path, at)
  const isOfWhole = value.path !== undefined && world.isContainer(value.path)
  const taints = name === 'searchParams' && run.language === 'javascript' ? queryTaints(value.taints) : value.taints
  const passed = facts.stops ? noTaints : cleanTaints(isOfWhole ? beginTaints(taints, at) : narrowOrigins(taints, object, at), facts.sanitizes)
  const isHungThere = own.length === 0 && isOfWhole && world.model.carries?.(name) === false
  return pathValue(path, uniteTaints(own, isHungThere ? guessTaints(passed) : passed))
}

/** Reads with an unknown key. */
function readAny(run: Run, value: Value, at: Expression, object: Span): Value {
  if (value.objects.length === 0) return readUnknown(run, value, '[]', at, object)
  const taints = deepTaints(value)
  const held = value.objects.flatMap(({ content }) => [...(content.items ?? []), ...content.fields.values(), ...(content.rest === undefined ? [] : [content.rest])])
  const joined = held.length === 0 ? unknown : joinAll(held)
  const mayMiss = run.language === 'javascript' && value.objects.some(({ content }) => isRecord(content))
  const constants = mayMiss && joined.constants !== undefined ? [...new Set([...joined.constants, undefined])] : joined.constants
  return { ...joined, constants: value.objects.every(({ content }) => content.closed) && value.taints.length === 0 ? constants : undefined, taints: uniteTaints(joined.taints, taints) }
}

/** "ABC"[1] */
function readCharacters(value: Value, keys: readonly string[]): Value | undefined {
  const text = value.constants?.length === 1 ? value.constants[0] : undefined
  if (typeof text !== 'string') return undefined
  const characters = keys.map((key): Constant => (key === 'length' ? text.length : isIndex(key) ? text.at(Number(key)) : undefined))
  return characters.every((character) => character !== undefined) ? constantValue(...new Set(characters)) : undefined
}
