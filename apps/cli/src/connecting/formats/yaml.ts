import { isMap, isSeq, parseAllDocuments, stringify, type Document, type Pair, type YAMLSeq } from 'yaml'
import type { Splice } from '../../checking/edits.ts'
import { isObject, Unmergeable, type Json } from '../addition.ts'
import type { Format } from '../merge.ts'

/** YAML, edited by parsed ranges: serialising the whole document would re-format unrelated lines. */
export const yaml: Format = {
  parse(text) {
    const value: unknown = documentOf(text).toJS()
    if (value !== null && value !== undefined && !isObject(value)) throw new Unmergeable('it is not a list of keys and values')
    return value ?? {}
  },
  splice(text, additions) {
    const document = documentOf(text)
    const below: Splice[] = []
    const atTop: Splice[] = []
    for (const [key, group] of Map.groupBy(additions, ({ at }) => at[0] ?? '')) {
      const [first] = group
      const values = group.map(({ value }) => value)
      const pair = pairOf(document, key)
      if (pair && first?.inList) below.push(isSeq(pair.value) ? intoSequence(text, pair.value, values) : afterKey(text, pair, values))
      else atTop.push({ ...atEnd(text), text: indented(block({ [key]: first?.inList ? values : (first?.value ?? null) }), columnOf(document, text)) })
    }
    const [first] = atTop
    // Entries of the list at the end of the text go before what follows that list.
    const isBroken = lineBefore(text, text.length) === '' || below.some(({ start }) => start === text.length)
    if (first && !isBroken) atTop[0] = { ...first, text: `\n${first.text}` }
    return [...below, ...atTop]
  },
}

/** The indentation of top-level keys, because some files indent the whole document. */
function columnOf({ contents }: Document, text: string): number {
  const start = isMap(contents) && !contents.flow ? (contents.range?.[0] ?? 0) : 0
  return text.slice(text.lastIndexOf('\n', start - 1) + 1, start).replace('\uFEFF', '').length
}

function documentOf(text: string): Document {
  const [document, another] = parseAllDocuments(text)
  if (another) throw new Unmergeable('it holds several YAML documents')
  if (!document || !('contents' in document)) return parseAllDocuments('{}')[0] as Document
  const [error] = document.errors
  if (error) throw new Unmergeable(`it is no valid YAML: ${error.message.split('\n', 1)[0] ?? ''}`)
  return document
}

function pairOf({ contents }: Document, key: string): Pair | undefined {
  if (!isMap(contents)) return undefined
  return contents.items.find((pair) => String(pair.key) === key)
}

function intoSequence(text: string, sequence: YAMLSeq, values: readonly Json[]): Splice {
  const [start, end] = sequence.range ?? [0, 0]
  if (sequence.flow) return intoBrackets(sequence, values)
  const indent = start - (text.lastIndexOf('\n', start - 1) + 1)
  const last = sequence.items.at(-1) as { range?: [number, number, number] } | null | undefined
  const at = nextLine(text, last?.range?.[1] ?? end)
  return { start: at, end: at, text: lineBefore(text, at) + indented(block(values), indent) }
}

/** A comma is added after the last entry; a trailing comma is kept. */
function intoBrackets(sequence: YAMLSeq, values: readonly Json[]): Splice {
  const close = (sequence.range?.[1] ?? 1) - 1
  const last = sequence.items.at(-1) as { range?: [number, number, number] } | null | undefined
  const entries = values.map((value) => JSON.stringify(value)).join(', ')
  const from = last?.range?.[1]
  if (from === undefined) return { start: close, end: close, text: entries }
  return { start: from, end: from, text: `, ${entries}` }
}

/** For a key without a value. */
function afterKey(text: string, { key }: Pair, values: readonly Json[]): Splice {
  const at = nextLine(text, (key as { range?: [number, number, number] }).range?.[1] ?? 0)
  return { start: at, end: at, text: lineBefore(text, at) + indented(block(values), 2) }
}

function atEnd(text: string): Splice {
  return { start: text.length, end: text.length, text: '' }
}

/** The start of the next line. */
function nextLine(text: string, at: number): number {
  if (at === 0 || text[at - 1] === '\n') return at
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end + 1
}

/** A line break, if the preceding text does not end with one. */
function lineBefore(text: string, at: number): string {
  return at === 0 || text[at - 1] === '\n' ? '' : '\n'
}

function block(value: unknown): string {
  return stringify(value, { lineWidth: 0 })
}

function indented(text: string, width: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(width))
}
