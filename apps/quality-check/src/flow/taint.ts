import type { SourceKind } from './flow-rule.ts'
import type { Span } from './program.ts'

/** Where data entered the program, in the program's own text. */
export interface Origin extends Span {
  readonly expression: string
  readonly what: string
}

/** A step of a flow, linked to the previous one. */
export interface Step extends Span {
  readonly message: string
  /** The name of the function that the data was passed to; empty for an anonymous function or no call. */
  readonly into: string
  readonly previous: Step | undefined
  readonly length: number
}

/** A mark on a value: it contains data of one source kind, which came along this flow. */
export interface Taint {
  readonly kind: SourceKind
  readonly origin: Origin
  readonly step: Step | undefined
  /** It passed through an unknown call that may not have propagated it. */
  readonly guess: boolean
  /** The rules for which it is harmless, as a bit mask. */
  readonly clean: bigint
}

/** For each kind at most one that is certain, and one that is a guess. */
export type Taints = readonly Taint[]

export const noTaints: Taints = []
const maxSteps = 30

/** Whether the data stayed in the function that received it, and in anonymous functions. */
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

/** Marks the data as harmless for more rules. */
export function cleanTaints(taints: Taints, mask: bigint): Taints {
  if (mask === 0n || taints.length === 0) return taints
  return taints.map((taint) => ({ ...taint, clean: taint.clean | mask }))
}

/** Removes all marks of harmlessness. */
export function restoredTaints(taints: Taints): Taints {
  return taints.every(({ clean }) => clean === 0n) ? taints : taints.reduce<Taints>((all, taint) => uniteTaints(all, [{ ...taint, clean: 0n }]), noTaints)
}

/** The taints that arithmetic preserves: predictable numbers stay predictable. */
export function randomTaints(taints: Taints): Taints {
  return taints.length === 0 ? taints : taints.filter(({ kind }) => kind === 'weak-random')
}

/** Marks the taints as guesses, after an unknown call. */
export function guessTaints(taints: Taints): Taints {
  if (taints.every(({ guess }) => guess)) return taints
  return taints.reduce<Taints>((all, taint) => uniteTaints(all, [taint.guess ? taint : { ...taint, guess: true }]), noTaints)
}

/** Marks the taints as certain again. */
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
