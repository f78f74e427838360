import { setImmediate as nextTurn } from 'node:timers/promises'
import { RE2JS } from 're2js'
import { ServiceError } from '@elder/errors'

/** Denied patterns of several policies, compiled to one automaton that reads a text once, however many patterns there are. */
export interface Patterns {
  test(text: string): boolean
  /** The name, for a refusal, of the policy and pattern that a text matches. Never the pattern itself, which may be confidential. */
  nameOf(text: string): string
}

export interface OwnedPattern {
  readonly source: string
  /** "the team's policy" */
  readonly owner: string
}

/** Undefined when there are none. */
export function compilePatterns(owned: readonly OwnedPattern[]): Patterns | undefined {
  if (owned.length === 0) return undefined
  const single = owned.map(({ source, owner }, index) => ({ pattern: compile(source, owner), name: `denied pattern ${index + 1 - owned.findIndex((other) => other.owner === owner)} of ${owner}` }))
  const all = single.length === 1 ? (single[0] as { pattern: RE2JS }).pattern : RE2JS.compile(owned.map(({ source }) => `(?:${source})`).join('|'))
  return {
    test: (text) => all.test(text),
    nameOf: (text) => single.find(({ pattern }) => pattern.test(text))?.name ?? 'a denied pattern',
  }
}

function compile(source: string, owner: string): RE2JS {
  try {
    return RE2JS.compile(source)
  } catch (error) {
    // Auth refuses such patterns. If one is here nevertheless, no prompt may pass unchecked.
    throw new ServiceError('unavailable', `${owner} holds a denied pattern that cannot be read: an administrator has to correct it`, { reason: 'POLICY_BROKEN', cause: error })
  }
}

/** A longer match may be missed at the boundary of two slices, or of a stream's windows. */
export const longestMatch = 4_096
// Usual patterns read 100 KB in a millisecond; some take thousands of times as long and would block the event loop.
const shortestSlice = 2 * longestMatch
const maxSliceLength = 128 * 1024
const sliceMs = 4

/** The time that all texts of one request may take. */
export interface Budget {
  leftMs: number
}

/** Searches a text of any length in slices, without blocking the event loop. Resolves to the slice that matches; throws when the budget is spent. */
export async function findDenied(patterns: Patterns, text: string, budget: Budget): Promise<string | undefined> {
  let length = 2 * shortestSlice
  for (let start = 0; ; ) {
    const slice = start === 0 && text.length <= length ? text : text.slice(start, start + length)
    const beganAt = performance.now()
    if (patterns.test(slice)) return slice
    const tookMs = performance.now() - beganAt
    if (start + length >= text.length) return undefined
    budget.leftMs -= tookMs
    if (budget.leftMs < 0) throw new ServiceError('unavailable', 'the prompt is too long for the denied patterns of your policies to be checked in time: send less, or have an administrator simplify them', { reason: 'PROMPT_NOT_CHECKED' })
    start += length - longestMatch
    length = tookMs > sliceMs ? shortestSlice : Math.min(maxSliceLength, 2 * length)
    await nextTurn()
  }
}
