import type { ClassValue } from './classes.ts'
import { nextSlotId, type Slot, type Store } from './store.ts'
import { deepTaints, joinAll, joinValues, nothing, sameValue, taintedValue, unknown, type ObjectState, type Value } from './values.ts'

const maxFields = 128
const noFields: ReadonlyMap<string, Value> = new Map()

interface Field {
  readonly value: Value | undefined
  readonly found: boolean
}

// Shared, because most keys that rules look up are missing.
const absent: Field = { value: nothing, found: true }
const notKnown: Field = { value: undefined, found: false }

function makeObject(state: ObjectState): Slot<ObjectState> {
  return { id: nextSlotId(), content: state, join: joinObjects, same: sameObjects, widen: widenObject, isReferred: true }
}

export function makeRecord(fields: ReadonlyMap<string, Value>, rest: Value | undefined, closed: boolean, owner?: ClassValue): Slot<ObjectState> {
  return makeObject(bounded({ fields, items: undefined, rest, closed, class: owner }))
}

/** `items` by position, if known; `rest` is what else the list may contain. */
export function makeList(items: readonly Value[] | undefined, rest?: Value): Slot<ObjectState> {
  return makeObject(bounded({ fields: noFields, items, rest, closed: true, class: undefined }))
}

/** Reads a field. `found` is false when the object may have the key without the engine knowing it. */
export function readField({ fields, items, rest, closed }: ObjectState, key: string): Field {
  const field = fields.get(key)
  if (field !== undefined) return { value: field, found: true }
  if (items !== undefined && rest === undefined) {
    const item = itemAt(items, key)
    if (item !== undefined) return { value: item, found: true }
  }
  const unnamed = rest === undefined || items === undefined || !isIndex(key) ? rest : joinAll([...items, rest])
  if (unnamed === undefined) return closed ? absent : notKnown
  return { value: unnamed, found: true }
}

/** Any of its contents. */
export function elementOf(state: ObjectState): Value | undefined {
  const { fields, items, rest } = state
  return joinFound([...(items ?? fields.values()), ...(rest === undefined ? [] : [rest])])
}

/** Writes a field; the key is undefined when unknown. With `certain` (a strong update), the old value is replaced; otherwise the values are joined. */
export function writeField(store: Store, object: Slot<ObjectState>, key: string | undefined, value: Value, certain: boolean): void {
  const state = object.content
  if (key === undefined) return store.write(object, { ...state, rest: joinOptional(state.rest, value) })
  const index = state.items === undefined || !isIndex(key) ? undefined : Number(key)
  if (state.items !== undefined && index !== undefined && index >= 0) {
    if (index >= state.items.length) return store.write(object, { ...state, rest: joinOptional(state.rest, value) })
    const old = state.items[index]
    const items = state.items.with(index, certain || old === undefined ? value : joinValues(old, value))
    return store.write(object, { ...state, items })
  }
  const old = state.fields.get(key)
  const fields = new Map(state.fields).set(key, certain || old === undefined ? value : joinValues(old, value))
  store.write(object, bounded({ ...state, fields }))
}

/** Not a list: its keys are names. */
export function isRecord({ items, fields, rest, closed }: ObjectState): boolean {
  return items === undefined && !(fields.size === 0 && rest !== undefined && closed)
}

export function withoutField(state: ObjectState, key: string): ObjectState {
  if (state.items !== undefined && isIndex(key)) {
    const index = Number(key)
    return { ...state, items: state.items.toSpliced(index, 1) }
  }
  const fields = new Map(state.fields)
  fields.delete(key)
  return { ...state, fields }
}

/** Forgets the positions of the items. */
export function blurItems(state: ObjectState): ObjectState {
  if (state.items === undefined) return state
  const rest = joinFound([...state.items, ...(state.rest === undefined ? [] : [state.rest])])
  return { ...state, items: undefined, rest }
}

/** Joins two values of which either may be missing. */
export function joinOptional(a: Value | undefined, b: Value): Value
export function joinOptional(a: Value | undefined, b: Value | undefined): Value | undefined
export function joinOptional(a: Value | undefined, b: Value | undefined): Value | undefined {
  if (a === undefined) return b
  return b === undefined ? a : joinValues(a, b)
}

export function isIndex(key: string): boolean {
  return /^-?\d{1,6}$/.test(key)
}

function itemAt(items: readonly Value[], key: string): Value | undefined {
  return isIndex(key) ? items.at(Number(key)) : undefined
}

function joinFound(values: readonly Value[]): Value | undefined {
  return values.length === 0 ? undefined : joinAll(values)
}

/** Limits the size: hostile programs fill objects without end. */
function bounded(state: ObjectState): ObjectState {
  const { fields, items, rest } = state
  if (fields.size > maxFields) return { ...state, fields: noFields, rest: joinOptional(rest, joinFound([...fields.values()])) }
  return items !== undefined && items.length > maxFields ? blurItems(state) : state
}

function joinObjects(a: ObjectState, b: ObjectState): ObjectState {
  if (a === b) return a
  const fields = new Map(a.fields)
  for (const [key, value] of b.fields) {
    const other = fields.get(key)
    fields.set(key, other === undefined ? joinOptional(a.rest, value) ?? perhaps(value) : joinValues(other, value))
  }
  for (const [key, value] of a.fields) if (!b.fields.has(key)) fields.set(key, b.rest === undefined ? perhaps(value) : joinValues(value, b.rest))
  const joined = { fields, items: undefined, rest: joinOptional(a.rest, b.rest), closed: a.closed && b.closed, class: a.class ?? b.class }
  if (a.items === undefined && b.items === undefined) return joined
  if (a.items?.length === b.items?.length) return { ...joined, items: a.items?.map((item, index) => joinValues(item, b.items?.[index] ?? item)) }
  return { ...joined, rest: joinOptional(blurItems(a).rest, blurItems(b).rest) }
}

/** What only one branch switches off may keep its default. */
function perhaps(value: Value): Value {
  return value.constants?.length === 1 && value.constants[0] === false ? joinValues(value, nothing) : value
}

function sameObjects(a: ObjectState, b: ObjectState): boolean {
  if (a === b) return true
  if (a.fields.size !== b.fields.size || a.items?.length !== b.items?.length) return false
  if (!sameOptional(a.rest, b.rest)) return false
  for (const [key, value] of a.fields) if (!sameOptional(value, b.fields.get(key))) return false
  return a.items === undefined || a.items.every((item, index) => sameOptional(item, b.items?.[index]))
}

function sameOptional(a: Value | undefined, b: Value | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && sameValue(a, b))
}

function widenObject(state: ObjectState): ObjectState {
  const widen = (value: Value): Value => (value.constants === undefined ? value : { ...value, constants: undefined })
  const { rest } = blurItems(state)
  return { ...state, items: undefined, fields: new Map([...state.fields].map(([key, value]) => [key, widen(value)])), rest: rest === undefined ? undefined : widen(rest) }
}

/** The value of an unknown element. */
export function elementOfValue(value: Value): Value {
  const held = value.objects.map(({ content }) => elementOf(content)).filter((each) => each !== undefined)
  if (held.length === 0) return value.objects.length > 0 && value.taints.length === 0 ? unknown : taintedValue(deepTaints(value))
  return joinAll(value.taints.length === 0 ? held : [...held, taintedValue(value.taints)])
}
