import { keysOf, readMember } from './members.ts'
import { elementOfValue, makeList, makeRecord, writeField } from './objects.ts'
import type { Expression, Pattern, Span } from './program.ts'
import type { Run } from './run.ts'
import { ownVariable, type Frame } from './scope.ts'
import { checkAssignment } from './sinks.ts'
import { stepTaints } from './taint.ts'
import { deepTaints, joinAll, joinValues, objectValue, pathValue, taintedValue, withTaints, type Value } from './values.ts'

/** Assigns a value to a pattern. */
export function assign(run: Run, target: Pattern, value: Value, frame: Frame): void {
  if (!run.budget.enter()) return
  assignKind(run, target, value, frame)
  run.budget.leave()
}

function assignKind(run: Run, target: Pattern, value: Value, frame: Frame): void {
  switch (target.kind) {
    case 'name': {
      const variable = ownVariable(frame, target.name)
      variable.assignments++
      return run.store.write(variable, value.taints.length === 0 ? value : withTaints(value, stepTaints(value.taints, target, `assigned to ${writtenName(target.name)}`)))
    }
    case 'member':
      return assignMember(run, target, value, frame)
    case 'list':
      return assignItems(run, target, value, frame)
    case 'record':
      return assignFields(run, target, value, frame)
    case 'default': {
      const isGiven = value.constants !== undefined && !value.constants.includes(undefined)
      const isMissing = value.constants?.length === 1 && value.constants[0] === undefined
      if (isGiven) return run.assign(target.target, value, frame)
      const fallback = run.evaluate(target.value, frame)
      return run.assign(target.target, isMissing ? fallback : joinValues(value, fallback), frame)
    }
  }
}

/** Checks the assignment of a variable by its name. Rules match it as "var:name", even if a local variable shadows a global one. */
export function checkName(run: Run, { name: unique, start, end }: Extract<Pattern, { readonly kind: 'name' }>, value: Value, frame: Frame): void {
  let at: Frame | undefined = frame
  while (at !== undefined && !at.locals.has(unique)) at = at.parent
  const { world } = run
  checkAssignment(run, at === undefined ? world.child(undefined, unique) : world.variable(writtenName(unique)), value, undefined, { start, end })
}

/** Removes the suffix that distinguishes shadowing variables. */
function writtenName(unique: string): string {
  const mark = unique.indexOf('#')
  return mark === -1 ? unique : unique.slice(0, mark)
}

function assignMember(run: Run, target: Extract<Pattern, { readonly kind: 'member' }>, value: Value, frame: Frame): void {
  const object = run.evaluate(target.object, frame)
  const key = typeof target.key === 'string' ? undefined : run.evaluate(target.key, frame)
  const names = typeof target.key === 'string' ? [target.key] : key && keysOf(key)
  const [name] = names ?? []
  const path = run.world.child(object.path ?? run.world.unknown, names?.length === 1 && name !== undefined ? name : '[]')
  checkAssignment(run, path, value, target, target, key)
  const written = value.taints.length === 0 ? value : withTaints(value, stepTaints(value.taints, target, `stored in ${names?.length === 1 && name !== undefined ? name : 'a field'}`))
  putInto(run, object, names, written, target.object, frame)
}

/** Writes a field. An object about which nothing is known is replaced by a record that has this field. */
function putInto(run: Run, object: Value, names: readonly string[] | undefined, value: Value, holder: Expression, frame: Frame): void {
  const keys = names ?? [undefined]
  const statics = object.callables.flatMap((callable) => (callable.kind === 'class' ? [callable.class.statics] : []))
  const holders = [...object.objects, ...statics]
  for (const each of holders) for (const key of keys) writeField(run.store, each, key, value, holders.length === 1 && keys.length === 1)
  if (holders.length > 0 || object.callables.length > 0 || (holder.kind !== 'name' && holder.kind !== 'member')) return
  const [name] = keys
  const fields = new Map(keys.length === 1 && name !== undefined ? [[name, value]] : [])
  const made = makeRecord(fields, fields.size > 0 ? undefined : value, false)
  replace(run, holder, { ...object, constants: undefined, objects: [made] }, frame)
}

/** Writes the refined value of a name or member back to where it is stored. */
export function replace(run: Run, holder: Expression, value: Value, frame: Frame): void {
  if (holder.kind === 'name') return run.store.write(ownVariable(frame, holder.name), value)
  if (holder.kind === 'combine' && holder.of.length === 1 && holder.of[0] !== undefined) return replace(run, holder.of[0], value, frame)
  if (holder.kind !== 'member' || typeof holder.key !== 'string' || !run.budget.enter()) return
  putInto(run, run.evaluate(holder.object, frame), [holder.key], value, holder.object, frame)
  run.budget.leave()
}

function assignItems(run: Run, { items, rest }: Extract<Pattern, { readonly kind: 'list' }>, value: Value, frame: Frame): void {
  const known = value.taints.length === 0 ? placesOf(value) : undefined
  for (const [index, item] of items.entries()) {
    if (item === undefined) continue
    run.assign(item, known?.[index] ?? elementOf(run, value, item), frame)
  }
  if (rest !== undefined) run.assign(rest, known === undefined ? taintedValue(deepTaints(value)) : objectValue(makeList(known.slice(items.length))), frame)
}

/** The items by position, if they are known for every list that it may be. */
function placesOf({ objects }: Value): readonly Value[] | undefined {
  const lists = objects.map(({ content: { items, rest } }) => (rest === undefined ? items : undefined))
  const [first] = lists
  if (first === undefined || lists.some((list) => list?.length !== first.length)) return undefined
  return first.map((_, index) => joinAll(lists.flatMap((list) => list?.slice(index, index + 1) ?? [])))
}

function elementOf(run: Run, value: Value, at: Span): Value {
  if (value.objects.length > 0 || value.path === undefined) return elementOfValue(value)
  return readMember(run, value, '[]', { ...at, kind: 'name', name: '…' }, { start: -1, end: -1 })
}

function assignFields(run: Run, { entries, rest, start, end }: Extract<Pattern, { readonly kind: 'record' }>, value: Value, frame: Frame): void {
  for (const { key, target } of entries) {
    const name = run.evaluate(key, frame)
    const at: Expression = { kind: 'member', object: { kind: 'name', name: nameOf(value), start, end }, key: typeof name.constants?.[0] === 'string' ? name.constants[0] : key, start: target.start, end: target.end }
    run.assign(target, readMember(run, value, name, at, value.taints[0]?.origin ?? { start: -1, end: -1 }), frame)
  }
  if (rest !== undefined) run.assign(rest, restOf(value), frame)
}

function nameOf({ taints }: Value): string {
  return taints[0]?.origin.expression ?? '…'
}

function restOf(value: Value): Value {
  const [object] = value.objects
  if (object === undefined || value.objects.length > 1) return value.path === undefined ? taintedValue(deepTaints(value)) : pathValue(value.path, value.taints)
  return { ...value, objects: [{ ...object }] }
}
