import { isEnumerated } from '../answers-by-lookup/names.ts'

export type Compared = string | number | bigint

/** A parameter and the constant with which it is compared. */
export interface Comparison {
  readonly name: string
  readonly value: Compared
}

/** What is known of a hard-coded answer. */
export interface HardCoded {
  /** A number that is no common constant. */
  readonly isQuantity: boolean
  /** An object with several fields, or a list of such objects. */
  readonly isRecord: boolean
  readonly isSentence: boolean
}

const key = /(?:^|_|[a-z])(?:id|ID|Id|key|sku|number|isbn|ean)$/
// Their values are few and known, so that one of them may be a case of its own.
const kinds = /type|kind|status|role|group|region|locale|lang|version|category|level|layer|plugin|font|chain|network|unit|country|currency|tab|page|step|option|theme|mode|error|code|event|message|msg|command|node|process|port|channel|bus|vendor|device|width|height|size/i
const words = /^(?:query|text|prompt|question|input|sentence|search|search_?term|term|phrase|q)$/i

/** Whether a number is none of the common constants: small numbers, powers of two and of ten, angles. */
export const isPlainQuantity = (value: number | bigint): boolean => {
  const size = Math.abs(Number(value))
  return size > 2 && (!Number.isInteger(size) || (size > 10 && !Number.isInteger(Math.log2(size)) && !Number.isInteger(Math.log2(size + 1)) && !Number.isInteger(Math.log10(size)) && size !== 60 && size !== 90 && size !== 180 && size !== 360))
}

/** Whether a condition selects one input of many, as a test or a demonstration would send it, and the answer would have to be looked up or computed. */
export function isMadeUp(compared: readonly Comparison[], answer: HardCoded): boolean {
  const [first, ...more] = compared
  if (first === undefined) return false
  if (more.length > 0) return answer.isQuantity && compared.every(({ name }) => !kinds.test(name) && !isEnumerated(name)) && compared.some(({ value }) => typeof value !== 'string' && Math.abs(Number(value)) >= 10 && !Number.isInteger(Math.log2(Math.abs(Number(value)))))
  const { name, value } = first
  if (key.test(name) && !kinds.test(name)) return (answer.isRecord || answer.isQuantity) && (typeof value === 'string' ? /\d/.test(value) && value.length > 2 : Number(value) > 1)
  if (!words.test(name) || typeof value !== 'string') return false
  return (answer.isRecord && /^[\p{L}\d][\p{L}\d '-]{2,}\??$/u.test(value)) || (answer.isSentence && /^\p{L}[\p{L}',]* [\p{L} ',]+[.!?]?$/u.test(value))
}

/** Doubles, samples and demonstrations are made up on purpose. */
export const isForShow = (name: string): boolean => /mock|fake|stub|dummy|sample|example|demo|fixture|seed|default|fallback|parse|preset/i.test(name)

/** A text of several words. */
export const isSentence = (text: string): boolean => /^\p{L}[\p{L}',-]* [\p{L} ',-]+[.!?]?$/u.test(text)
