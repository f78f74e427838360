import { createScanner, getNodeValue, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser'
import type { Splice } from '../../checking/edits.ts'
import { isObject, Unmergeable, type Addition } from '../addition.ts'
import type { Format } from '../merge.ts'

type Tree = { [key: string]: unknown }

/** JSON, with comments and trailing commas where a tool accepts them. New keys come first in their object, so that no line of the user needs another comma. */
export const json: Format = {
  parse: (text) => (isBlank(text) ? {} : plainValue(getNodeValue(rootOf(text)))),
  splice(text, additions) {
    const tree = additions.reduce<Tree>(into, {})
    if (isBlank(text)) return [{ start: text.length, end: text.length, text: `${text === '' || /[\n\uFEFF]$/.test(text) ? '' : '\n'}${JSON.stringify(tree, null, 2)}\n` }]
    return insert(text, rootOf(text), tree, /^([ \t]+)"/m.exec(text)?.[1] ?? '  ', 1)
  },
  remove(text, at) {
    const property = at.reduce<Node | undefined>((object, key, depth) => {
      const found = object?.children?.find(({ children }) => children?.[0]?.value === key)
      return depth < at.length - 1 ? found?.children?.[1] : found
    }, rootOf(text))
    return property?.parent && withoutProperty(text, property, property.parent.children ?? [])
  },
}

/** Only comments. */
function isBlank(text: string): boolean {
  const scanner = createScanner(text.replace(/^\uFEFF/, ' '), true)
  const token: number = scanner.scan()
  return token === endOfFile
}

// Token kinds of the parser, which exports them only as a const enum.
const endOfFile = 17
const lineBreak = 14
const trivia: ReadonlySet<number> = new Set([12, 13, 15])

function rootOf(text: string): Node {
  const errors: ParseError[] = []
  const root = parseTree(text.replace(/^\uFEFF/, ' '), errors, { allowTrailingComma: true })
  const [error] = errors
  if (error) throw new Unmergeable(`it is no valid JSON: ${printParseErrorCode(error.error)} in line ${text.slice(0, error.offset).split('\n').length}`)
  if (root?.type !== 'object') throw new Unmergeable('it does not hold a JSON object')
  return root
}

// The parser creates objects without a prototype, which are never deeply equal to plain ones.
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
  const brace = object.offset + 1
  const lineEnd = endOfLine(text, brace)
  const spread = firstProperty === undefined || lineEnd !== undefined
  const indent = unit.repeat(depth)
  for (const [key, value] of Object.entries(tree)) {
    const there = object.children?.find(({ children }) => children?.[0]?.value === key)?.children?.[1]
    if (there?.type === 'object' && isObject(value)) splices.push(...insert(text, there, value, unit, depth + 1))
    else fresh.push(`${JSON.stringify(key)}: ${spread ? JSON.stringify(value, null, unit).replaceAll('\n', `\n${indent}`) : JSON.stringify(value)}`)
  }
  if (fresh.length === 0) return splices
  const at = lineEnd ?? brace
  const lines = spread ? fresh.map((line) => `\n${indent}${line}`) : fresh.map((line) => ` ${line}`)
  const end = firstProperty ? ',' : lineEnd === undefined ? `\n${unit.repeat(depth - 1)}` : ''
  return [...splices, { start: at, end: at, text: lines.join(',') + end }]
}

/** The end of a brace's line, after a comment. Undefined when anything else follows on the line. */
function endOfLine(text: string, from: number): number | undefined {
  const scanner = createScanner(text, false)
  scanner.setPosition(from)
  let token: number = scanner.scan()
  while (trivia.has(token) && !scanner.getTokenValue().includes('\n')) token = scanner.scan()
  return token === lineBreak ? scanner.getTokenOffset() : undefined
}

/** The range with its comma and, if nothing else is on them, its lines. Undefined when a comment is in between, because it is unknown what it refers to. */
function withoutProperty(text: string, property: Node, siblings: readonly Node[]): string | undefined {
  const index = siblings.indexOf(property)
  const end = property.offset + property.length
  const comma = /^\s*,/.exec(text.slice(end))?.[0].length
  if (comma !== undefined) return withoutLines(text, property.offset, end + comma)
  const previous = siblings[index - 1]
  if (!previous) return withoutLines(text, property.offset, end)
  const from = previous.offset + previous.length
  return /^\s*,\s*$/.test(text.slice(from, property.offset)) ? text.slice(0, from) + text.slice(end) : undefined
}

function withoutLines(text: string, start: number, end: number): string {
  const first = text.lastIndexOf('\n', start - 1) + 1
  const after = /^[ \t]*\r?\n/.exec(text.slice(end))?.[0].length
  if (after !== undefined && text.slice(first, start).trim() === '') return text.slice(0, first) + text.slice(end + after)
  return text.slice(0, start) + text.slice(end).replace(/^[ \t]+/, '')
}
