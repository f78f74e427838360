import { allTaints, evaluateArguments } from './arguments.ts'
import { callBuiltin } from './builtins.ts'
import { construct, findInBases } from './classes.ts'
import { clean, nameOfCallee } from './cleaning.ts'
import { callLanguageGlobal } from './globals.ts'
import { readMember } from './members.ts'
import { elementOfValue } from './objects.ts'
import type { Expression, Span } from './program.ts'
import { isPlace } from './places.ts'
import { noKeywords, noProofs, type Arguments, type Run } from './run.ts'
import type { Frame } from './scope.ts'
import { checkCall } from './sinks.ts'
import { cleanTaints } from './taint.ts'
import { callUnknown } from './unknown-calls.ts'
import { joinAll, never, unknown, withTaints, type Callable, type Value } from './values.ts'

type Call = Extract<Expression, { readonly kind: 'call' }>

/** Evaluates a call. A function of the program is run; for others, the language model and the rules determine the result. */
export function evaluateCall(run: Run, call: Call, frame: Frame): Value {
  const { callee } = call
  const base = baseCall(run, call, frame)
  if (base !== undefined) return base
  const receiver = callee.kind === 'member' ? run.evaluate(callee.object, frame) : undefined
  const method = calledMethod(run, callee, receiver, frame)
  const args = evaluateArguments(run, call.args, receiver, frame)
  const through = callThrough(run, call, args)
  if (through !== undefined) return through
  if (method.callables.length > 0) return callOwn(run, call, method, args, frame)
  const path = method.path ?? run.world.unknown
  checkCall(run, path, args, callee, call)
  const known = receiver !== undefined && callee.kind === 'member' && typeof callee.key === 'string' ? callBuiltin(run, receiver, callee.key, args) : undefined
  return known ?? callLanguageGlobal(run, path, args, call) ?? callUnknown(run, call, method, path, args, frame)
}

/** Calls a function of the program. When it returns, its arguments may be proved harmless, and a rule may list its name as a sanitizer or guard. */
function callOwn(run: Run, call: Call, method: Value, args: Arguments, frame: Frame): Value {
  run.proofs = noProofs
  const value = callAll(run, method.callables, args, call)
  if (value === never) {
    run.ending = call
    return unknown
  }
  if (method.callables.length === 1) applyProofs(run, call, frame)
  const { sanitizes } = run.world.factsOf(run.world.child(run.world.unknown, nameOfCallee(call.callee)))
  return withTaints(value, cleanTaints(value.taints, sanitizes))
}

function applyProofs(run: Run, { args }: Call, frame: Frame): void {
  const { proofs } = run
  if (args.some(({ spread }) => spread === true)) return
  const positional = args.filter(({ name }) => name === undefined)
  for (const [index, mask] of proofs.entries()) {
    const place = positional[index]?.value
    if (mask !== undefined && place !== undefined && isPlace(place)) clean(run, place, mask === run.world.allBits ? undefined : mask, frame)
  }
}

function calledMethod(run: Run, callee: Expression, receiver: Value | undefined, frame: Frame): Value {
  if (callee.kind !== 'member' || receiver === undefined) return run.evaluate(callee, frame)
  return readMember(run, receiver, typeof callee.key === 'string' ? callee.key : run.evaluate(callee.key, frame), callee, callee.object)
}

/** Calls every function that the value may be, each from the current state. */
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

/** f.call(object, a, b) and f.apply(object, [a, b]). */
function callThrough(run: Run, call: Call, { positional, spread, receiver: called }: Arguments): Value | undefined {
  const { callee } = call
  const method = callee.kind === 'member' ? callee.key : undefined
  if (called === undefined || called.callables.length === 0 || (method !== 'call' && method !== 'apply')) return undefined
  const [receiver, ...others] = positional
  const [list] = others
  const handed = method === 'call' ? others : (list?.objects[0]?.content.items ?? [])
  const rest = method === 'apply' && handed.length === 0 && list !== undefined ? elementOfValue(list) : spread
  return callAll(run, called.callables, { positional: handed, spread: rest, keywords: noKeywords, receiver }, call)
}

/** `super(...)`, `super.method(...)`, `super().method(...)`: calls the base class with this object. */
function baseCall(run: Run, call: Call, frame: Frame): Value | undefined {
  const name = baseMethod(call.callee)
  if (name === undefined) return undefined
  let method: Frame | undefined = frame
  while (method !== undefined && method.owner === undefined) method = method.parent
  if (method?.owner === undefined || method.receiver === undefined) return undefined
  const given = evaluateArguments(run, call.args, method.receiver, frame)
  const found = findInBases(method.owner, name)
  if (found === undefined) return undefined
  const bound = found.callables.map((callable) => (callable.kind === 'function' ? { ...callable, receiver: method.receiver ?? unknown } : callable))
  return bound.length === 0 ? undefined : callAll(run, bound, given, call)
}

function baseMethod(callee: Expression): string | undefined {
  if (callee.kind === 'name') return callee.name === 'super' ? 'constructor' : undefined
  if (callee.kind !== 'member' || typeof callee.key !== 'string') return undefined
  const { object } = callee
  const isBase = (object.kind === 'name' && object.name === 'super') || (object.kind === 'call' && object.callee.kind === 'name' && object.callee.name === 'super')
  return isBase ? callee.key : undefined
}
