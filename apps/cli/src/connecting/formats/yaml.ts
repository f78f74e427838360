import { isMap, isSeq, parseAllDocuments, stringify, type Document, type Pair, type YAMLSeq } from 'yaml'
import type { Splice } from '../../checking/edits.ts'
import { isObject, Unmergeable, type Json } from '../addition.ts'
import type { Format } from '../merge.ts'

/** YAML, by its parsed ranges: writing the whole document anew would re-flow lines that nobody asked to change. */
export const yaml: Format = {
  parse(text) {
    const value: unknown = documentOf(text).toJS()
    if (value !== null && value !== undefined && !isObject(value)) throw new Unmergeable('it is not a list of keys and values')
    return value ?? {}
  },
  splice(text, additions) {
    const document = documentOf(text)
    const byKey = Map.groupBy(additions, ({ at }) => at[0] ?? '')
    return [...byKey].map(([key, group]) => {
      const [first] = group
      const values = group.map(({ value }) => value)
      const pair = pairOf(document, key)
      if (pair && first?.inList) return isSeq(pair.value) ? intoSequence(text, pair.value, values) : afterKey(text, pair, values)
      return { ...atEnd(text), text: `${lineBefore(text, text.length)}${block({ [key]: first?.inList ? values : (first?.value ?? null) })}` }
    })
  },
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
  if (sequence.flow) return { start: end - 1, end: end - 1, text: `${sequence.items.length > 0 ? ', ' : ''}${values.map((value) => JSON.stringify(value)).join(', ')}` }
  const indent = start - (text.lastIndexOf('\n', start - 1) + 1)
  const last = sequence.items.at(-1) as { range?: [number, number, number] } | null | undefined
  const at = nextLine(text, last?.range?.[1] ?? end)
  return { start: at, end: at, text: lineBefore(text, at) + indented(block(values), indent) }
}

/** After a key that has no value yet. */
function afterKey(text: string, { key }: Pair, values: readonly Json[]): Splice {
  const at = nextLine(text, (key as { range?: [number, number, number] }).range?.[1] ?? 0)
  return { start: at, end: at, text: lineBefore(text, at) + indented(block(values), 2) }
}

function atEnd(text: string): Splice {
  return { start: text.length, end: text.length, text: '' }
}

/** Where the line after a place begins. */
function nextLine(text: string, at: number): number {
  if (at === 0 || text[at - 1] === '\n') return at
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end + 1
}

/** A line break, when the text before a place has none at its end. */
function lineBefore(text: string, at: number): string {
  return at === 0 || text[at - 1] === '\n' ? '' : '\n'
}

function block(value: unknown): string {
  return stringify(value, { lineWidth: 0 })
}

function indented(text: string, width: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(width))
}
