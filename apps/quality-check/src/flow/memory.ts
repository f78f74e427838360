import type { FunctionNode } from './program.ts'
import type { Arguments, Proofs } from './run.ts'
import type { Frame } from './scope.ts'
import type { Slot } from './store.ts'
import { uniteTaints, type Taints } from './taint.ts'
import { deepTaints, joinValues, withTaints, type Callable, type ObjectState, type Value } from './values.ts'

/** The key of a call: `exact` includes all arguments, `kind` only their taints and functions. */
export interface Signature {
  readonly exact: string
  readonly kind: string
}

/** The result of a call, and what it proved about its arguments. */
export interface Recalled {
  readonly result: Value
  readonly proofs: Proofs
}

interface Run {
  readonly kind: string
  readonly result: Value
  readonly proofs: Proofs
  /** Whether it changed none of the objects and variables that existed before. */
  readonly isPure: boolean
  readonly count: number
}

// Further calls that differ only in constants or in the identity of objects rarely give new results.
const maxOfOneKind = 4
const runsWithEffects = 2

/** Results of calls by their arguments, so that a function that is called from many places runs once for each kind of call. */
export class CallMemory {
  readonly #runs = new Map<FunctionNode, Map<string, Run>>()

  /** Returns the result of an equal call, or undefined when the function has to run. */
  recall(node: FunctionNode, { exact, kind }: Signature, given: Taints): Recalled | undefined {
    const runs = this.#runs.get(node)
    if (runs === undefined) return undefined
    const same = runs.get(exact)
    if (same !== undefined && (same.isPure || same.count >= runsWithEffects)) return { result: withWay(same.result, given), proofs: same.proofs }
    if (runs.size < maxOfOneKind) return undefined
    let count = 0
    let found: Recalled | undefined
    for (const run of runs.values()) {
      if (run.kind !== kind) continue
      count += run.count
      found = found === undefined ? run : { result: joinValues(found.result, run.result), proofs: found.proofs.map((mask, index) => commonMask(mask, run.proofs[index])) }
    }
    return found === undefined || count < maxOfOneKind ? undefined : { result: withWay(found.result, given), proofs: found.proofs }
  }

  remember(node: FunctionNode, { exact, kind }: Signature, { result, proofs }: Recalled, isPure: boolean): void {
    const runs = this.#runs.get(node) ?? new Map<string, Run>()
    this.#runs.set(node, runs)
    const known = runs.get(exact)
    runs.set(exact, { kind, result, proofs, isPure: isPure && known?.isPure !== false, count: (known?.count ?? 0) + 1 })
  }
}

function commonMask(a: bigint | undefined, b: bigint | undefined): bigint | undefined {
  return a === undefined || b === undefined ? undefined : a & b
}

/** Replaces the flow of the remembered call's data by that of this call's data. */
function withWay(result: Value, given: Taints): Value {
  if (result.taints.length === 0 || given.length === 0) return result
  const own = result.taints.map((taint) => {
    const same = given.find(({ kind }) => kind === taint.kind)
    return same === undefined ? taint : { ...same, clean: taint.clean, guess: taint.guess }
  })
  return withTaints(result, uniteTaints(own, []))
}

export function signatureOf(scope: Frame, { positional, keywords, spread, receiver }: Arguments, bound: Value | undefined): Signature {
  let exact = `${scope.id}`
  let kind = exact
  const add = (value: Value, depth: number): void => {
    exact += `;${signOf(value, depth)}`
    kind += `;${kindOf(value)}`
  }
  const holder = bound ?? receiver
  if (holder !== undefined) add(holder, 1)
  for (const value of positional) add(value, 2)
  for (const [name, value] of keywords) {
    exact += name
    add(value, 2)
  }
  if (spread !== undefined) add(spread, 2)
  return { exact, kind }
}

function kindOf(value: Value): string {
  let text = ''
  for (const { kind, clean, guess } of deepTaints(value)) text += `${guess ? '?' : '!'}${kind}${clean}`
  for (const callable of value.callables) text += signOfCallable(callable)
  return text
}

function signOf(value: Value, depth: number): string {
  let text = value.built ? 'b' : ''
  for (const { kind, clean, guess } of value.taints) text += `${guess ? '?' : '!'}${kind}${clean === 0n ? '' : clean}`
  if (value.constants !== undefined) text += JSON.stringify(value.constants.map(String)).slice(0, 200)
  if (value.path !== undefined) text += `/${value.path.id}`
  for (const callable of value.callables) text += signOfCallable(callable)
  for (const object of value.objects) text += signOfObject(object, depth)
  return text
}

/** An object is identified by its content. Instances, and objects deep inside others, are identified by their slot. */
function signOfObject({ id, content }: Slot<ObjectState>, depth: number): string {
  if (content.class !== undefined || depth === 0) return `#${id}`
  let text = '{'
  for (const [key, field] of content.fields) text += `${key}:${signOf(field, depth - 1)},`
  for (const item of content.items ?? []) text += `${signOf(item, depth - 1)},`
  return content.rest === undefined ? `${text}}` : `${text}*${signOf(content.rest, depth - 1)}}`
}

function signOfCallable(callable: Callable): string {
  return callable.kind === 'class' ? `c${callable.class.node.start}` : `f${callable.node.start}.${callable.scope.id}`
}
