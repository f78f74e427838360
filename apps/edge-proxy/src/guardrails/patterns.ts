import { setImmediate as nextTurn } from 'node:timers/promises'
import { RE2JS } from 're2js'
import { ServiceError } from '@elder/errors'

/** Denied patterns of several policies, compiled to one automaton: a text is read once, however many there are. */
export interface Patterns {
  test(text: string): boolean
  /** Which of them a text fits, as a refusal names it: never the pattern itself, which may say what nobody is to know. */
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
    // Auth takes no such policy; whatever let it in must not let prompts out.
    throw new ServiceError('unavailable', `${owner} holds a denied pattern that cannot be read: an administrator has to correct it`, { reason: 'POLICY_BROKEN', cause: error })
  }
}

/** At most so much is read at a time before others get their turn: about two milliseconds. */
export const sliceLength = 128 * 1024
/** A match that is longer may be missed where two slices, or a stream's windows, meet. */
export const longestMatch = 4_096

/** Whether a text fits, however long it is, without keeping everybody else waiting. Resolves to the slice that fits. */
export async function findDenied(patterns: Patterns, text: string): Promise<string | undefined> {
  if (text.length <= sliceLength) return patterns.test(text) ? text : undefined
  for (let start = 0; start < text.length; start += sliceLength - longestMatch) {
    const slice = text.slice(start, start + sliceLength)
    if (patterns.test(slice)) return slice
    await nextTurn()
  }
  return undefined
}
