import { foldText } from './constants.ts'
import { callTextWithList, pairsOf } from './globals.ts'
import { blurItems, elementOf, elementOfValue, isRecord, joinOptional, makeList, makeRecord, readField, withoutField, writeField } from './objects.ts'
import type { Constant } from './program.ts'
import type { Arguments, Run } from './run.ts'
import type { Slot } from './store.ts'
import { constantValue, deepTaints, joinAll, nothing, objectValue, onlyConstant, prefixOf, taintedValue, unknown, type ObjectState, type Value } from './values.ts'

type Method = (run: Run, object: Slot<ObjectState>, args: Arguments, receiver: Value) => Value | undefined

const listMethods: Readonly<Record<string, Method>> = {
  push: append,
  append,
  add: append,
  unshift: (run, object, { positional }) => insertAt(run, object, 0, positional),
  insert: (run, object, { positional: [place, value] }) => (place === undefined || value === undefined ? undefined : insertAt(run, object, indexOf(place), [value])),
  pop: (run, object, { positional: [place] }) => takeAt(run, object, place === undefined ? -1 : indexOf(place)),
  shift: (run, object) => takeAt(run, object, 0),
  concat: (_run, object, { positional }) => {
    const lists = positional.map((value) => (value.objects.length === 1 ? value.objects[0]?.content.items : undefined))
    if (object.content.items === undefined || lists.some((list) => list === undefined)) return undefined
    return objectValue(makeList([...object.content.items, ...lists.flatMap((list) => list ?? [])]))
  },
  extend: (run, object, { positional }) => {
    for (const value of positional) run.store.write(object, { ...object.content, rest: joinOptional(object.content.rest, elementOfValue(value)) })
    return nothing
  },
  join: (_run, object, { positional: [separator = constantValue(',')] }) => textOfItems(object.content, separator),
  clear,
  copy: (_run, { content: { items, rest } }) => objectValue(makeList(items, rest)),
  slice: (_run, { content }, { positional }) => (content.items === undefined || content.rest !== undefined ? objectValue(makeList(undefined, elementOf(content))) : sliceOf(content.items, positional)),
  remove: (run, object) => {
    run.store.write(object, blurItems(object.content))
    return nothing
  },
  reverse: (run, object, _args, receiver) => {
    const { content } = object
    run.store.write(object, content.rest === undefined && content.items !== undefined ? { ...content, items: content.items.toReversed() } : blurItems(content))
    return receiver
  },
  at: (_run, object, { positional: [place] }) => fieldAt(object.content, place),
}

const recordMethods: Readonly<Record<string, Method>> = {
  get: ({ language }, { content }, { positional }) => {
    const fallback = language === 'python' ? (positional[1] ?? nothing) : nothing
    const whole = content.fields.get(keyOf(positional) ?? '')
    if (whole !== undefined) return whole
    const key = keyOf(positional.slice(0, 1))
    const field = key === undefined ? anyField(content, fallback) : content.fields.get(key)
    return field ?? (content.closed && content.rest === undefined ? fallback : undefined)
  },
  set: (run, object, args, receiver) => {
    const key = keyOf(args.positional.slice(0, -1))
    const value = args.positional.at(-1)
    if (value === undefined) return undefined
    writeField(run.store, object, key, value, true)
    return receiver
  },
  setdefault: (run, object, { positional: [key, value] }) => {
    const name = key === undefined ? undefined : keyOf([key])
    if (value !== undefined) writeField(run.store, object, name, value, false)
    return value
  },
  update: (run, object, { positional, keywords }) => {
    for (const value of positional) mergeInto(run, object, value)
    for (const [name, value] of keywords) writeField(run.store, object, name, value, true)
    return nothing
  },
  delete: (run, object, { positional }) => removeField(run, object, positional),
  pop: (run, object, { positional }) => {
    const key = keyOf(positional.slice(0, 1))
    const held = key === undefined ? undefined : readField(object.content, key).value
    if (key !== undefined) removeField(run, object, positional)
    return held
  },
  values: (_run, object) => objectValue(makeList(undefined, elementOf(object.content) ?? unknown)),
  items: (_run, object) => pairsOf(objectValue(object)),
  entries: (_run, object) => pairsOf(objectValue(object)),
  copy: (_run, { content: { fields, rest, closed } }) => objectValue(makeRecord(fields, rest, closed)),
  clear,
  keys: (_run, object) => {
    const { fields, rest, closed } = object.content
    return rest === undefined && closed && fields.size <= 8 ? objectValue(makeList([...fields.keys()].map((key) => constantValue(key)))) : undefined
  },
}

const textMethods: Readonly<Record<string, (text: string, args: readonly Constant[]) => Constant>> = {
  toLowerCase: (text) => text.toLowerCase(),
  toUpperCase: (text) => text.toUpperCase(),
  lower: (text) => text.toLowerCase(),
  upper: (text) => text.toUpperCase(),
  trim: (text) => text.trim(),
  strip: (text, args) => (args.length === 0 ? text.trim() : undefined),
  toString: (text: string) => text,
  charAt: (text, [place]) => (typeof place === 'number' ? text.charAt(place) : undefined),
  slice: (text, [from, to]) => ((from == null || typeof from === 'number') && (to == null || typeof to === 'number') ? text.slice(from ?? undefined, to ?? undefined) : undefined),
  substring: (text, [from, to]) => (typeof from === 'number' && (to === undefined || typeof to === 'number') ? text.substring(from, to) : undefined),
  startsWith: (text, [start]) => (typeof start === 'string' ? text.startsWith(start) : undefined),
  startswith: (text, [start]) => (typeof start === 'string' ? text.startsWith(start) : undefined),
  endsWith: (text, [end]) => (typeof end === 'string' ? text.endsWith(end) : undefined),
  endswith: (text, [end]) => (typeof end === 'string' ? text.endsWith(end) : undefined),
  includes: (text, [part]) => (typeof part === 'string' ? text.includes(part) : undefined),
  indexOf: (text, [part]) => (typeof part === 'string' ? text.indexOf(part) : undefined),
  find: (text, [part]) => (typeof part === 'string' ? text.indexOf(part) : undefined),
  replace: (text, [from, to]) => (typeof from === 'string' && typeof to === 'string' ? text.replace(from, () => to) : undefined),
  concat: (text, args) => `${text}${args.map(String).join('')}`,
}

/** Evaluates a method of a known list, record or text. Returns undefined when the language model decides. */
export function callBuiltin(run: Run, receiver: Value, name: string, args: Arguments): Value | undefined {
  const global = callGlobal(run, receiver, name, args)
  if (global !== undefined) return global
  if (receiver.objects.length === 0) return joinText(receiver, name, args) ?? callTextWithList(receiver, name, args) ?? callText(receiver, name, args)
  const results: Value[] = []
  for (const object of receiver.objects) {
    const methods = isRecord(object.content) ? recordMethods : listMethods
    const method = Object.hasOwn(methods, name) ? methods[name] : undefined
    const result = method?.(run, object, args, receiver)
    if (result === undefined) return undefined
    results.push(result)
  }
  return joinAll(results)
}

/** Promise.all, Object.assign and similar functions, when the objects are known. */
function callGlobal(run: Run, receiver: Value, name: string, { positional }: Arguments): Value | undefined {
  const [first, ...others] = positional
  if (first === undefined || receiver.path === undefined || receiver.path.parent !== undefined) return undefined
  if (receiver.path.name === 'Promise') return name === 'all' || name === 'resolve' ? first : undefined
  if (receiver.path.name !== 'Object') return undefined
  const [object] = first.objects
  switch (name) {
    case 'assign':
      if (object === undefined) return undefined
      for (const other of others) mergeInto(run, object, other)
      return first
    case 'freeze':
    case 'seal':
      return first
    case 'keys':
    case 'values': {
      return object === undefined || first.objects.length > 1 ? undefined : recordMethods[name]?.(run, object, { positional: [], spread: undefined, keywords: new Map(), receiver: first }, first)
    }
    default:
      return undefined
  }
}

function callText(receiver: Value, name: string, { positional, keywords }: Arguments): Value | undefined {
  const texts = receiver.constants
  const method = Object.hasOwn(textMethods, name) ? textMethods[name] : undefined
  if (texts === undefined || texts.length === 0 || method === undefined || keywords.size > 0) return undefined
  const args = positional.map((value) => onlyConstant(value))
  if (args.some((arg) => arg === undefined)) return undefined
  const results = texts.map((text) => (typeof text === 'string' ? method(text, args.map((arg) => arg?.[0])) : undefined))
  return results.every((result) => result !== undefined) ? constantValue(...new Set(results)) : undefined
}

/** Python's sep.join(list). */
function joinText(receiver: Value, name: string, { positional: [list] }: Arguments): Value | undefined {
  const [object, ...others] = list?.objects ?? []
  return name === 'join' && receiver.constants !== undefined && object !== undefined && others.length === 0 ? textOfItems(object.content, receiver) : undefined
}

/** A read with an unknown key may return any of the fields, or the fallback. */
function anyField(content: ObjectState, fallback: Value): Value | undefined {
  const held = elementOf(content)
  return content.closed ? joinAll([...(held === undefined ? [] : [held]), fallback]) : undefined
}

function append(run: Run, object: Slot<ObjectState>, { positional, spread }: Arguments): Value {
  const { content } = object
  if (content.items !== undefined && spread === undefined && content.items.length + positional.length <= 64 && content.rest === undefined) run.store.write(object, { ...content, items: [...content.items, ...positional] })
  else for (const value of [...positional, ...(spread === undefined ? [] : [spread])]) run.store.write(object, { ...object.content, rest: joinOptional(object.content.rest, value) })
  return unknown
}

function clear(run: Run, object: Slot<ObjectState>): Value {
  const { content } = object
  run.store.write(object, { ...content, fields: new Map(), items: content.items === undefined ? undefined : [], rest: undefined })
  return nothing
}

function sliceOf(items: readonly Value[], bounds: readonly Value[]): Value {
  const places = bounds.map((bound) => (onlyConstant(bound) ?? [''])[0])
  if (places.some((place) => place != null && typeof place !== 'number')) return objectValue(makeList(undefined, items.length === 0 ? undefined : joinAll(items)))
  const [start, end] = places.map((place) => (typeof place === 'number' ? place : undefined))
  return objectValue(makeList(items.slice(start, end)))
}

function insertAt(run: Run, object: Slot<ObjectState>, index: number | undefined, values: readonly Value[]): Value {
  const { content } = object
  if (content.items !== undefined && index !== undefined && content.rest === undefined) run.store.write(object, { ...content, items: content.items.toSpliced(index, 0, ...values) })
  else for (const value of values) run.store.write(object, { ...object.content, rest: joinOptional(object.content.rest, value) })
  return unknown
}

function takeAt(run: Run, object: Slot<ObjectState>, index: number | undefined): Value | undefined {
  const { content } = object
  if (content.items === undefined || index === undefined || content.rest !== undefined) return elementOf(content)
  const taken = content.items.at(index)
  if (taken !== undefined) run.store.write(object, { ...content, items: content.items.toSpliced(index, 1) })
  return taken ?? nothing
}

function indexOf(place: Value): number | undefined {
  const constant = onlyConstant(place)?.[0]
  return typeof constant === 'number' ? constant : undefined
}

function fieldAt(content: ObjectState, place: Value | undefined): Value | undefined {
  const index = place === undefined ? undefined : indexOf(place)
  return index === undefined ? undefined : readField(content, String(index)).value
}

function textOfItems({ items, rest }: ObjectState, separator: Value): Value {
  if (items === undefined || rest !== undefined) return taintedValue(deepTaintsOfAll([...(items ?? []), ...(rest === undefined ? [] : [rest])]), true)
  const pieces = items.flatMap((item, index) => (index === 0 ? [item] : [separator, item]))
  const constants = foldText(pieces.map(({ constants }) => constants))
  if (constants !== undefined) return constantValue(...constants)
  const [first] = items
  return { ...taintedValue(deepTaintsOfAll(items), true), prefix: first === undefined ? undefined : prefixOf(first) }
}

function deepTaintsOfAll(values: readonly Value[]): Value['taints'] {
  return values.length === 0 ? [] : deepTaints(joinAll(values))
}

function mergeInto(run: Run, object: Slot<ObjectState>, value: Value): void {
  for (const { content } of value.objects) {
    for (const [name, field] of content.fields) writeField(run.store, object, name, field, true)
    if (content.rest !== undefined) writeField(run.store, object, undefined, content.rest, false)
  }
  if (value.taints.length > 0) writeField(run.store, object, undefined, taintedValue(value.taints), false)
}

function removeField(run: Run, object: Slot<ObjectState>, positional: readonly Value[]): Value | undefined {
  const key = keyOf(positional.slice(0, 1))
  if (key === undefined) return undefined
  run.store.write(object, withoutField(object.content, key))
  return nothing
}

/** The record that an unknown receiver becomes through `set`: it has this entry from now on. */
export function keptByKey(receiver: Value, name: string, { positional }: Arguments): Value | undefined {
  const key = name === 'set' ? keyOf(positional.slice(0, -1)) : undefined
  const value = positional.at(-1)
  if (key === undefined || value === undefined || receiver.constants !== undefined) return undefined
  return { ...receiver, objects: [makeRecord(new Map([[key, value]]), undefined, false)] }
}

/** Joins several constant keys, such as a section and an option, into one. */
function keyOf(values: readonly Value[]): string | undefined {
  const constants = values.map(onlyConstant)
  if (constants.length === 0 || constants.some((constant) => constant === undefined)) return undefined
  return constants.map((constant) => String(constant?.[0])).join('\u0000')
}
