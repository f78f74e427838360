import { replace } from './assignments.ts'
import type { Expression } from './program.ts'
import type { Run } from './run.ts'
import { findVariable, type Frame } from './scope.ts'
import { pathValue, unknown, type Value } from './values.ts'
import type { Path } from './world.ts'

/** Whether the expression is a place: a variable, or a field of one with a constant key. */
export function isPlace(expression: Expression): boolean {
  if (expression.kind === 'name') return true
  return expression.kind === 'member' && (typeof expression.key === 'string' || expression.key.kind === 'literal') && isPlace(expression.object)
}

/** Replaces the value of a place with a refined one. */
export function put(run: Run, place: Expression, value: Value, frame: Frame): void {
  const named = place.kind === 'member' && typeof place.key !== 'string' && place.key.kind === 'literal' ? { ...place, key: String(place.key.value) } : place
  replace(run, named, value, frame)
}

/** The value of an expression that can be read without side effects. For a call only its path is known. */
export function peek(run: Run, expression: Expression, frame: Frame): Value {
  if (expression.kind === 'call') {
    const name = expression.callee.kind === 'member' ? expression.callee.key : undefined
    if (name === 'keys' || name === 'values' || name === 'compile' || (expression.callee.kind === 'name' && /^(?:RegExp|set|frozenset|Set|list|tuple)$/.test(expression.callee.name))) return run.evaluate(expression, frame)
    return pathValue(pathOf(run, expression, frame))
  }
  const isPure = isPlace(expression) || expression.kind === 'literal' || expression.kind === 'list' || expression.kind === 'record' || (expression.kind === 'operation' && expression.operands.every(({ kind }) => kind === 'literal'))
  return isPure ? run.evaluate(expression, frame) : unknown
}

/** The canonical path of the called function, without calling it. */
export function pathOf(run: Run, expression: Expression, frame: Frame): Path {
  const { world } = run
  if (expression.kind === 'name') {
    const variable = findVariable(frame, expression.name)
    if (variable === undefined) return world.child(undefined, expression.name)
    const { path, callables = [] } = variable.content ?? {}
    return path ?? (callables.length === 0 ? world.unknown : world.child(world.unknown, expression.name))
  }
  if (expression.kind === 'member') return world.child(pathOf(run, expression.object, frame), typeof expression.key === 'string' ? expression.key : '[]')
  if (expression.kind === 'call') return world.child(pathOf(run, expression.callee, frame), '()')
  return world.unknown
}
