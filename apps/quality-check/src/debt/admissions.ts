import type { TextPlace } from '../rules/rule.ts'
import { commentStyleOf } from '../syntax/comment-styles.ts'
import { findComments } from '../syntax/comments.ts'
import { admissionOf, type Admission } from './comment-debt.ts'

export interface PlacedAdmission {
  readonly start: number
  readonly end: number
  readonly phrase: string
  readonly isTracked: boolean
}

// Bounds the cache. A file is checked again after each edit, with mostly the same comments.
const mostKnown = 2_000
const longestKnown = 500
const known = new Map<string, Admission | undefined>()

function knownAdmissionOf(comment: string): Admission | undefined {
  if (comment.length > longestKnown) return admissionOf(comment)
  if (known.has(comment)) return known.get(comment)
  if (known.size >= mostKnown) known.clear()
  const admission = admissionOf(comment)
  known.set(comment, admission)
  return admission
}

let last: { text: string; extension: string; found: PlacedAdmission[] } | undefined

/** Finds comments that admit debt, with the position of the words. The last result is cached, because two rules need it. */
export function findAdmissions(text: string, place: TextPlace): PlacedAdmission[] {
  if (last?.text === text && last.extension === place.extension) return last.found
  const style = commentStyleOf(place)
  // Documents may mention tasks.
  const found = style === undefined || place.extension === '.md' ? [] : findComments(text, style).flatMap((comment) => judge(comment))
  last = { text, extension: place.extension, found }
  return found
}

function judge(comment: { readonly start: number; readonly end: number; readonly text: string }): PlacedAdmission[] {
  const admission = knownAdmissionOf(comment.text)
  if (admission === undefined) return []
  const word = admission.phrase.split(' ', 1)[0] as string
  const at = Math.max(0, comment.text.indexOf(word))
  const newline = comment.text.indexOf('\n', at)
  return [{ start: comment.start + at, end: comment.start + (newline === -1 ? comment.text.length : newline), phrase: admission.phrase, isTracked: admission.isTracked }]
}
