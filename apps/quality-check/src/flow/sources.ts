import { describe } from './description.ts'
import type { Expression } from './program.ts'
import type { Run } from './run.ts'
import { noTaints, uniteTaints, type Taint, type Taints } from './taint.ts'
import type { Path } from './world.ts'

/** What a path brings in by itself when it is read here. */
export function taintsOfPath(run: Run, path: Path, at: Expression): Taints {
  const { sources } = run.world.factsOf(path)
  if (sources.length === 0) return noTaints
  const { start, end } = at
  return sources.reduce<Taints>((taints, { kind, what }) => uniteTaints(taints, [{ kind, origin: { start, end, expression: describe(at), what }, step: undefined, guess: false, clean: 0n }]), noTaints)
}

/** What is read from the whole of what came in begins its way there, wherever that was handed before. */
export function beginTaints(taints: Taints, at: Expression): Taints {
  const { start, end } = at
  return taints.map((taint) => ({ ...taint, step: undefined, origin: { ...taint.origin, start, end, expression: describe(at) } }))
}

/** A member of what has just come in is named in full: "req.query.id", not "req.query". */
export function narrowOrigins(taints: Taints, object: { readonly start: number; readonly end: number }, at: Expression): Taints {
  if (!taints.some((taint) => isFresh(taint, object))) return taints
  const { start, end } = at
  return taints.map((taint) => (isFresh(taint, object) ? { ...taint, origin: { ...taint.origin, start, end, expression: describe(at) } } : taint))
}

/** The query of an address that came in: what it holds its sender writes as they please, unlike the address. */
export function queryTaints(taints: Taints): Taints {
  return taints.map((taint) => (taint.origin.expression.endsWith('.searchParams') ? taint : { ...taint, origin: { ...taint.origin, expression: `${taint.origin.expression}.searchParams` } }))
}

function isFresh({ step, origin }: Taint, { start, end }: { readonly start: number; readonly end: number }): boolean {
  return step === undefined && origin.start === start && origin.end === end
}
