import { describe } from './description.ts'
import type { Expression } from './program.ts'
import type { Run } from './run.ts'
import { noTaints, uniteTaints, type Taint, type Taints } from './taint.ts'
import type { Path } from './world.ts'

/** The taints of a path that is itself a source. */
export function taintsOfPath(run: Run, path: Path, at: Expression): Taints {
  const { sources } = run.world.factsOf(path)
  if (sources.length === 0) return noTaints
  const { start, end } = at
  return sources.reduce<Taints>((taints, { kind, what }) => uniteTaints(taints, [{ kind, origin: { start, end, expression: describe(at), what }, step: undefined, guess: false, clean: 0n }]), noTaints)
}

/** Data that is read from a whole request starts its flow at the reading expression, wherever the request was passed before. */
export function beginTaints(taints: Taints, at: Expression): Taints {
  const { start, end } = at
  return taints.map((taint) => ({ ...taint, step: undefined, origin: { ...taint.origin, start, end, expression: describe(at) } }))
}

/** Extends the origin to the full member expression: "req.query.id", not "req.query". */
export function narrowOrigins(taints: Taints, object: { readonly start: number; readonly end: number }, at: Expression): Taints {
  if (!taints.some((taint) => isFresh(taint, object))) return taints
  const { start, end } = at
  return taints.map((taint) => (isFresh(taint, object) ? { ...taint, origin: { ...taint.origin, start, end, expression: describe(at) } } : taint))
}

/** Renames the origin of a request URL's query: the client chooses the query freely, unlike the rest of the URL. */
export function queryTaints(taints: Taints): Taints {
  return taints.map((taint) => (taint.origin.expression.endsWith('.searchParams') ? taint : { ...taint, origin: { ...taint.origin, expression: `${taint.origin.expression}.searchParams` } }))
}

function isFresh({ step, origin }: Taint, { start, end }: { readonly start: number; readonly end: number }): boolean {
  return step === undefined && origin.start === start && origin.end === end
}
