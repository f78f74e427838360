import { clean, cleanOrigins } from './cleaning.ts'
import { elementOf, isRecord } from './objects.ts'
import { isPlace, peek, put } from './places.ts'
import type { Constant, Expression } from './program.ts'
import type { Run } from './run.ts'
import type { Frame } from './scope.ts'
import { constantValue, deepTaints, type Value } from './values.ts'

/** Narrows an element of a container, unless the container's content is untrusted itself. */
export function narrowMember(run: Run, element: Expression, container: Expression, frame: Frame): void {
  const held = peek(run, container, frame)
  if (deepTaints(held).some(({ guess }) => !guess)) return
  const constants = constantsIn(held)
  if (constants !== undefined && isPlace(element)) {
    const origin = deepTaints(peek(run, element, frame))[0]?.origin
    put(run, element, constantValue(...constants), frame)
    cleanOrigins(run, element, origin, undefined, frame, 0)
  } else if (held.constants === undefined) clean(run, element, undefined, frame)
}

/** All values that a list or set may contain, or all keys of a record. */
function constantsIn({ objects, taints, path }: Value): readonly Constant[] | undefined {
  const [object, ...others] = objects
  if (object === undefined || others.length > 0 || !object.content.closed || taints.length > 0 || path !== undefined) return undefined
  return isRecord(object.content) && object.content.rest === undefined && object.content.fields.size > 0 ? [...object.content.fields.keys()] : elementOf(object.content)?.constants
}

/** A case was taken, so the subject equals one of the case's constants. */
export function narrowToOneOf(run: Run, place: Expression, tests: readonly Expression[], frame: Frame): void {
  const constants = tests.map((test) => peek(run, test, frame).constants)
  if (isPlace(place) && constants.every((each) => each !== undefined)) put(run, place, constantValue(...new Set(constants.flat())), frame)
}

/** `list.indexOf(x)` compared so that the item is found. */
export function isIndexTest(operator: string, right: Expression, truth: boolean): boolean {
  const bound = right.kind === 'literal' ? right.value : right.kind === 'operation' && right.operator === '-' ? -1 : undefined
  if (truth) return (operator === '>' && bound === -1) || (operator === '>=' && bound === 0)
  return (operator === '<' && bound === 0) || (operator === '<=' && bound === -1)
}

/** Like narrowMember, for `indexOf`. */
export function narrowIndexOf(run: Run, { callee, args }: Extract<Expression, { readonly kind: 'call' }>, frame: Frame): void {
  if (callee.kind === 'member' && callee.key === 'indexOf' && args[0] !== undefined) narrowMember(run, args[0].value, callee.object, frame)
}
