import { readMember } from './members.ts'
import { elementOf, elementOfValue, isRecord, makeList, makeRecord } from './objects.ts'
import type { Expression } from './program.ts'
import type { Arguments, Run } from './run.ts'
import { constantValue, objectValue, onlyConstant, taintedValue, unknown, type Value } from './values.ts'
import type { Path } from './world.ts'

type Global = (run: Run, args: Arguments, at: Expression) => Value | undefined

const copyList: Global = (_run, { positional: [list] }) => (list === undefined ? objectValue(makeList([])) : listOf(list))
const anyOrder: Global = (_run, { positional: [list] }) => (list === undefined ? objectValue(makeList([])) : objectValue(makeList(undefined, elementOfValue(list))))

const python: Readonly<Record<string, Global>> = {
  list: copyList,
  tuple: copyList,
  iter: copyList,
  set: anyOrder,
  frozenset: anyOrder,
  sorted: anyOrder,
  reversed: anyOrder,
  dict: (_run, args) => recordOf(args),
  enumerate: (_run, { positional: [list] }) => (list === undefined ? undefined : eachOf(list, (value) => pair(unknown, value))),
  zip: (_run, { positional }) => objectValue(makeList(undefined, objectValue(makeList(positional.map(elementOfValue))))),
  len: (_run, { positional: [value] }) => (value === undefined ? undefined : lengthOf(value)),
  str: (_run, { positional: [value] }) => (value?.constants === undefined || value.constants.some((constant) => typeof constant !== 'string' && typeof constant !== 'number') ? undefined : constantValue(...value.constants.map(String))),
  getattr: (run, { positional: [object, name] }, at) => (object === undefined || name === undefined ? undefined : readMember(run, object, name, at, { start: -1, end: -1 })),
  range: () => unknown,
}

const javascript: Readonly<Record<string, Global>> = {
  'Array.from': (_run, { positional }) => (positional.length === 1 ? copyList(_run, { positional, spread: undefined, keywords: new Map(), receiver: undefined }, noExpression) : undefined),
  'Object.entries': (_run, { positional: [record] }) => (record === undefined ? undefined : pairsOf(record)),
  'Object.fromEntries': (_run, { positional: [pairs] }) => (pairs === undefined ? undefined : fromPairs(pairs)),
}

const noExpression: Expression = { kind: 'literal', value: undefined, start: 0, end: 0 }

/** Evaluates a global function of the language. Returns undefined when the language model decides. */
export function callLanguageGlobal(run: Run, path: Path, args: Arguments, at: Expression): Value | undefined {
  if (run.language === 'python') return path.parent === undefined && Object.hasOwn(python, path.name) ? python[path.name]?.(run, args, at) : undefined
  if (path.parent === undefined) return collectionOf(path.name, args)
  if (path.parent.parent !== undefined) return undefined
  const name = `${path.parent.name}.${path.name}`
  return Object.hasOwn(javascript, name) ? javascript[name]?.(run, args, at) : undefined
}

/** new Map([['a', 1]]), new Set(['a']) */
function collectionOf(name: string, { positional: [first] }: Arguments): Value | undefined {
  if (first === undefined || first.objects.length === 0) return undefined
  if (name === 'Map') return fromPairs(first)
  return name === 'Set' ? objectValue(makeList(undefined, elementOfValue(first))) : undefined
}

/** A record as a list of [key, value] pairs. */
export function pairsOf(value: Value): Value | undefined {
  const [object, ...others] = value.objects
  if (object === undefined || others.length > 0 || !isRecord(object.content)) return undefined
  const { fields, rest, closed } = object.content
  if (rest === undefined && closed) return objectValue(makeList([...fields].map(([key, field]) => pair(constantValue(key), field))))
  return objectValue(makeList(undefined, pair(unknown, elementOf(object.content) ?? taintedValue(value.taints))))
}

function pair(key: Value, value: Value): Value {
  return objectValue(makeList([key, value]))
}

function eachOf(list: Value, make: (value: Value) => Value): Value {
  const items = list.objects.length === 1 ? list.objects[0]?.content.items : undefined
  return objectValue(items === undefined || list.objects[0]?.content.rest !== undefined ? makeList(undefined, make(elementOfValue(list))) : makeList(items.map(make)))
}

function listOf(value: Value): Value | undefined {
  if (value.objects.length === 0) return undefined
  const [object] = value.objects
  if (object !== undefined && isRecord(object.content) && value.objects.length === 1) {
    const { fields, rest, closed } = object.content
    return rest === undefined && closed ? objectValue(makeList([...fields.keys()].map((key) => constantValue(key)))) : undefined
  }
  return eachOf(value, (each) => each)
}

function recordOf({ positional: [first], keywords, spread }: Arguments): Value | undefined {
  const base = first === undefined ? undefined : (fromPairs(first) ?? first)
  if (spread !== undefined || keywords.has('**') || (base !== undefined && (base.objects.length !== 1 || base.taints.length > 0))) return undefined
  const content = base?.objects[0]?.content
  return objectValue(makeRecord(new Map([...(content?.fields ?? []), ...keywords]), content?.rest, content?.closed ?? true))
}

/** A list of [key, value] pairs as a record. */
function fromPairs(value: Value): Value | undefined {
  const [object, ...others] = value.objects
  const { items, rest } = object?.content ?? {}
  if (items === undefined || rest !== undefined || others.length > 0) return undefined
  const fields = new Map<string, Value>()
  for (const item of items) {
    const [key, field] = item.objects[0]?.content.items ?? []
    const name = key === undefined ? undefined : onlyConstant(key)
    if (name === undefined || field === undefined) return undefined
    fields.set(String(name[0]), field)
  }
  return objectValue(makeRecord(fields, undefined, true))
}

function lengthOf(value: Value): Value | undefined {
  const [constant] = onlyConstant(value) ?? []
  if (typeof constant === 'string') return constantValue(constant.length)
  const [object, ...others] = value.objects
  if (object === undefined || others.length > 0 || object.content.rest !== undefined) return undefined
  return object.content.items === undefined ? undefined : constantValue(object.content.items.length)
}

/** sep.join(list), and splitting a known text. */
export function callTextWithList(receiver: Value, name: string, { positional }: Arguments): Value | undefined {
  const [first] = positional
  const [text] = onlyConstant(receiver) ?? []
  if (typeof text !== 'string') return undefined
  const [separator] = first === undefined ? [] : (onlyConstant(first) ?? [])
  if (name === 'split' && typeof separator === 'string' && separator !== '' && positional.length === 1) return objectValue(makeList(text.split(separator).map((piece) => constantValue(piece))))
  if (name === 'splitlines') return objectValue(makeList(text.split(/\r?\n/).map((piece) => constantValue(piece))))
  return undefined
}
