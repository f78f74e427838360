import { makeRecord, writeField } from './objects.ts'
import type { ClassNode } from './program.ts'
import type { Arguments, Run } from './run.ts'
import { bindVariable, type Frame } from './scope.ts'
import type { Slot } from './store.ts'
import { deepTaints, objectValue, taintedValue, unknown, type ObjectState, type Value } from './values.ts'
import type { Path } from './world.ts'

/** A class of the program, created where its definition is executed. */
export interface ClassValue {
  readonly node: ClassNode
  readonly scope: Frame
  readonly bases: readonly Value[]
  readonly methods: ReadonlyMap<string, Value>
  readonly statics: Slot<ObjectState>
  /** The instance on which methods run that are entry points. */
  entryInstance: Value | undefined
}

const maxBases = 12

export function makeClass(run: Run, node: ClassNode, frame: Frame): ClassValue {
  const bases = node.bases.map((base) => run.evaluate(base, frame))
  for (const decorator of node.decorators) run.evaluate(decorator, frame)
  const methods = new Map<string, Value>()
  const statics = makeRecord(new Map(), undefined, false)
  const made: ClassValue = { node, scope: frame, bases, methods, statics, entryInstance: undefined }
  for (const { name, static: isStatic, value } of node.members) {
    if (!isStatic && value.kind !== 'function') continue
    const member = run.evaluate(value, frame)
    const owned = ownedBy(member, made)
    if (isStatic) writeField(run.store, statics, name, isPlaceholder(owned) ? unknown : owned, true)
    else methods.set(name, owned)
    const [callable] = owned.callables
    if (callable?.kind === 'function') run.functions.meet(callable)
  }
  return made
}

/** `content = None` in a class body declares an attribute without telling its value. */
const isPlaceholder = ({ constants }: Value): boolean => constants?.length === 1 && constants[0] === null

function ownedBy(value: Value, owner: ClassValue): Value {
  const callables = value.callables.map((callable) => (callable.kind === 'function' ? { ...callable, owner } : callable))
  return callables.length === 0 ? value : { ...value, callables }
}

/** Looks up a method or static member, in the class before its bases. */
export function findMethod(owner: ClassValue, name: string, depth = 0): Value | undefined {
  const own = owner.methods.get(name) ?? owner.statics.content.fields.get(name)
  return own ?? findInBases(owner, name, depth)
}

export function findInBases(owner: ClassValue, name: string, depth = 0): Value | undefined {
  if (depth > maxBases) return undefined
  for (const { callables } of owner.bases)
    for (const callable of callables) {
      const found = callable.kind === 'class' ? findMethod(callable.class, name, depth + 1) : undefined
      if (found !== undefined) return found
    }
  return undefined
}

/** The path of an instance: "http.server.BaseHTTPRequestHandler()" for a subclass of that class. */
export function pathOfInstance(run: Run, owner: ClassValue, depth = 0): Path | undefined {
  for (const base of owner.bases) {
    if (base.path !== undefined) return run.world.child(base.path, '()')
    const [callable] = base.callables
    const path = callable?.kind === 'class' && depth < maxBases ? pathOfInstance(run, callable.class, depth + 1) : undefined
    if (path !== undefined) return path
  }
  return undefined
}

export function construct(run: Run, owner: ClassValue, args: Arguments, at: { readonly start: number; readonly end: number }): Value {
  const path = pathOfInstance(run, owner)
  const object = makeRecord(new Map(), undefined, path === undefined && owner.bases.every(({ callables }) => callables.length > 0), owner)
  const instance = objectValue(object, path)
  initialise(run, owner, instance, 0)
  const constructor = findMethod(owner, run.language === 'python' ? '__init__' : 'constructor')
  if (constructor === undefined) keepArguments(run, owner, object, args)
  else for (const callable of constructor.callables) run.invoke(callable.kind === 'function' ? { ...callable, receiver: instance } : callable, { ...args, receiver: instance }, at)
  return instance
}

/** Runs the field initialisers, those of the bases first. */
function initialise(run: Run, owner: ClassValue, instance: Value, depth: number): void {
  if (depth > maxBases) return
  for (const { callables } of owner.bases) for (const callable of callables) if (callable.kind === 'class') initialise(run, callable.class, instance, depth + 1)
  const fields = owner.node.members.filter((member) => !member.static && member.value.kind !== 'function')
  const arrows = owner.node.members.filter((member) => !member.static && member.value.kind === 'function' && !member.value.function.locals.has('this') && run.language === 'javascript')
  if (fields.length + arrows.length === 0) return
  const frame = frameWithThis(owner.scope, instance)
  for (const { name, value } of [...fields, ...arrows]) {
    const [object] = instance.objects
    if (object !== undefined) writeField(run.store, object, name, run.evaluate(value, frame), true)
  }
}

function frameWithThis(scope: Frame, instance: Value): Frame {
  const frame: Frame = { ...scope, parent: scope, locals: new Set(['this']), variables: new Map() }
  bindVariable(frame, 'this').content = instance
  return frame
}

/** For a class without a constructor: a data class, or one whose base class stores the arguments. */
function keepArguments(run: Run, owner: ClassValue, object: Slot<ObjectState>, args: Arguments): void {
  for (const [name, value] of args.keywords) writeField(run.store, object, name, value, true)
  const names = owner.node.members.filter(({ value }) => value.kind !== 'function').map(({ name }) => name)
  for (const [index, value] of args.positional.entries()) writeField(run.store, object, names[index], value, true)
  if (args.spread !== undefined && args.spread !== unknown) writeField(run.store, object, undefined, taintedValue(deepTaints(args.spread)), false)
}

/** Creates the instance for methods that are run as entry points, by a constructor call with unknown arguments. */
export function instanceForEntry(run: Run, owner: ClassValue, at: { readonly start: number; readonly end: number }): Value {
  if (owner.entryInstance !== undefined) return owner.entryInstance
  const object = makeRecord(new Map(), undefined, false, owner)
  owner.entryInstance = objectValue(object, pathOfInstance(run, owner))
  const made = construct(run, owner, { positional: [], spread: unknown, keywords: new Map(), receiver: undefined }, at)
  const [instance] = made.objects
  if (instance !== undefined) run.store.write(object, { ...instance.content, closed: false })
  return owner.entryInstance
}
