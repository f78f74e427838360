import { parseTree, printParseErrorCode, getNodeValue, type Node, type ParseError } from 'jsonc-parser'
import type { Splice } from '../../checking/edits.ts'
import { isObject, Unmergeable, type Addition } from '../addition.ts'
import type { Format } from '../merge.ts'

type Tree = { [key: string]: unknown }

/** JSON, with comments and trailing commas where a tool takes them. New keys come first in their object: so no line of the user's needs a comma. */
export const json: Format = {
  parse: (text) => (text.trim() === '' ? {} : plainValue(getNodeValue(rootOf(text)))),
  splice(text, additions) {
    const tree = additions.reduce<Tree>(into, {})
    if (text.trim() === '') return [{ start: text.length, end: text.length, text: `${JSON.stringify(tree, null, 2)}\n` }]
    return insert(text, rootOf(text), tree, /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ', 1)
  },
}

function rootOf(text: string): Node {
  const errors: ParseError[] = []
  const root = parseTree(text.replace(/^\uFEFF/, ' '), errors, { allowTrailingComma: true })
  const [error] = errors
  if (error) throw new Unmergeable(`it is no valid JSON: ${printParseErrorCode(error.error)} in line ${text.slice(0, error.offset).split('\n').length}`)
  if (root?.type !== 'object') throw new Unmergeable('it does not hold a JSON object')
  return root
}

// The parser makes objects without a prototype, which are never deeply equal to ours.
function plainValue(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

function into(tree: Tree, { at, value }: Addition): Tree {
  const [key = '', ...rest] = at
  const below = tree[key]
  return { ...tree, [key]: rest.length === 0 ? value : into(isObject(below) ? below : {}, { at: rest, value }) }
}

function insert(text: string, object: Node, tree: Tree, unit: string, depth: number): Splice[] {
  const splices: Splice[] = []
  const fresh: string[] = []
  const [firstProperty] = object.children ?? []
  const spread = firstProperty === undefined || text.slice(object.offset, firstProperty.offset).includes('\n')
  const indent = unit.repeat(depth)
  for (const [key, value] of Object.entries(tree)) {
    const there = object.children?.find(({ children }) => children?.[0]?.value === key)?.children?.[1]
    if (there?.type === 'object' && isObject(value)) splices.push(...insert(text, there, value, unit, depth + 1))
    else fresh.push(`${JSON.stringify(key)}: ${spread ? JSON.stringify(value, null, unit).replaceAll('\n', `\n${indent}`) : JSON.stringify(value)}`)
  }
  if (fresh.length === 0) return splices
  const at = spread && firstProperty ? endOfLine(text, object.offset + 1, firstProperty.offset) : object.offset + 1
  const lines = spread ? fresh.map((line) => `\n${indent}${line}`) : fresh.map((line) => ` ${line}`)
  const end = firstProperty ? ',' : `\n${unit.repeat(depth - 1)}`
  return [...splices, { start: at, end: at, text: lines.join(',') + end }]
}

/** A remark behind the brace stays there. */
function endOfLine(text: string, from: number, before: number): number {
  const end = /\r?\n/.exec(text.slice(from, before))
  return end ? from + end.index : from
}
