import type { SourceKind } from './flow-rule.ts'
import type { Span } from './program.ts'

/** Where data came in, in words of the program. */
export interface Origin extends Span {
  readonly expression: string
  readonly what: string
}

/** A place the data passed on its way, the last one first. */
export interface Step extends Span {
  readonly message: string
  /** The function that it was passed to; empty: none with a name. */
  readonly into: string
  readonly previous: Step | undefined
  readonly length: number
}

/** Data of one kind of source, with the way it took. */
export interface Taint {
  readonly kind: SourceKind
  readonly origin: Origin
  readonly step: Step | undefined
  /** It went through a call of which nothing is known, and may have stayed there. */
  readonly guess: boolean
  /** The rules for which it is harmless, as a mask. */
  readonly clean: bigint
}

/** At most one of a kind that is sure, and one that is a guess. */
export type Taints = readonly Taint[]

export const noTaints: Taints = []
const maxSteps = 30

/** Whether data stayed in the function it came to, and in such as have no name. */
export function isDirect({ step }: Taint): boolean {
  for (let at = step; at !== undefined; at = at.previous) if (at.into !== '') return false
  return true
}

export function uniteTaints(a: Taints, b: Taints): Taints {
  if (a === b || b.length === 0) return a
  if (a.length === 0) return b
  let all: Taint[] | undefined
  for (const taint of b) {
    const index = (all ?? a).findIndex(({ kind, guess }) => kind === taint.kind && guess === taint.guess)
    const same = (all ?? a)[index]
    if (same === undefined) (all ??= [...a]).push(taint)
    else if (same.clean !== (same.clean & taint.clean)) (all ??= [...a])[index] = { ...taint, clean: same.clean & taint.clean }
  }
  return all ?? a
}

/** The same data, harmless for more rules. */
export function cleanTaints(taints: Taints, mask: bigint): Taints {
  if (mask === 0n || taints.length === 0) return taints
  return taints.map((taint) => ({ ...taint, clean: taint.clean | mask }))
}

/** As it was before anything made it harmless. */
export function restoredTaints(taints: Taints): Taints {
  return taints.every(({ clean }) => clean === 0n) ? taints : taints.reduce<Taints>((all, taint) => uniteTaints(all, [{ ...taint, clean: 0n }]), noTaints)
}

/** What stays predictable whatever is computed from it. */
export function randomTaints(taints: Taints): Taints {
  return taints.length === 0 ? taints : taints.filter(({ kind }) => kind === 'weak-random')
}

/** The same data, after a call that may have kept it. */
export function guessTaints(taints: Taints): Taints {
  if (taints.every(({ guess }) => guess)) return taints
  return taints.reduce<Taints>((all, taint) => uniteTaints(all, [taint.guess ? taint : { ...taint, guess: true }]), noTaints)
}

/** The same data, where it is known after all to be in there. */
export function sureTaints(taints: Taints): Taints {
  return taints.every(({ guess }) => !guess) ? taints : taints.reduce<Taints>((all, taint) => uniteTaints(all, [taint.guess ? { ...taint, guess: false } : taint]), noTaints)
}

export function stepTaints(taints: Taints, { start, end }: Span, message: string, into = ''): Taints {
  if (taints.length === 0) return taints
  return taints.map((taint) => {
    const { step } = taint
    if (step !== undefined && (step.length >= maxSteps || (step.start === start && step.message === message))) return taint
    return { ...taint, step: { start, end, message, into, previous: step, length: (step?.length ?? 0) + 1 } }
  })
}

export function sameTaints(a: Taints, b: Taints): boolean {
  return a === b || (a.length === b.length && a.every((taint, index) => taint.kind === b[index]?.kind && taint.guess === b[index].guess && taint.clean === b[index].clean))
}
