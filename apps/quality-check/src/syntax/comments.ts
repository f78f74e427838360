import { commentStyleOf, type CommentStyle } from './comment-styles.ts'
import { overlapping } from './nearby.ts'

/** A comment as it stands, marks and all; line comments that follow each other are one. */
export interface Comment {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Tells whether an offset of a text is in a comment; of a language whose comments are not known, that it may be. Reads the text when first asked. */
export function commentsAt(text: string, place: Parameters<typeof commentStyleOf>[0]): (offset: number) => boolean {
  const style = commentStyleOf(place)
  if (style === undefined) return () => true
  let comments: readonly Comment[] | undefined
  return (offset) => {
    comments ??= findComments(text, style)
    return overlapping(comments, offset, offset + 1).length > 0
  }
}

const finders = new Map<CommentStyle, RegExp>()

/** The comments of a text, in one pass. What strings hold is none; an address's "//" is none. */
export function findComments(text: string, style: CommentStyle): Comment[] {
  const finder = finderOf(style)
  const found: Comment[] = []
  finder.lastIndex = 0
  for (let match = finder.exec(text); match !== null; match = finder.exec(text)) {
    const mark = match[0]
    const at = match.index
    const close = style.block.find(([open]) => open === mark)?.[1]
    if (close !== undefined) finder.lastIndex = addBlock(text, at, mark, close, found)
    else if (style.line.includes(mark)) finder.lastIndex = addLine(text, at, mark, style, found)
    else finder.lastIndex = endOfString(text, at, mark, style)
  }
  return found
}

function finderOf(style: CommentStyle): RegExp {
  const known = finders.get(style)
  if (known !== undefined) return known
  const marks = [...style.block.map(([open]) => open), ...style.line, ...style.quotes].map((mark) => mark.replace(/[/*#.|?+^$()[\]{}\\]/g, '\\$&'))
  const finder = new RegExp(marks.join('|'), 'g')
  finders.set(style, finder)
  return finder
}

function addBlock(text: string, at: number, open: string, close: string, found: Comment[]): number {
  // "\/*" and "[/*" stand in regular expressions, "'/*'" in globs.
  if (open === '/*' && /[\\['"`]/.test(text[at - 1] ?? '')) return at + open.length
  const until = text.indexOf(close, at + open.length)
  const end = until === -1 ? text.length : until + close.length
  found.push({ start: at, end, text: text.slice(at, end) })
  return end
}

function addLine(text: string, at: number, mark: string, style: CommentStyle, found: Comment[]): number {
  const before = text[at - 1] ?? '\n'
  const isMark = mark === '//' ? !/[:\\]/.test(before) : style.apart !== true || /[\s;&|(]/.test(before)
  if (!isMark || (style.atLineStart === true && !isAlone(text, at))) return at + mark.length
  const newline = text.indexOf('\n', at)
  const end = newline === -1 ? text.length : newline
  const last = found.at(-1)
  if (last !== undefined && last.text.startsWith(mark) && isNextLine(text, last.end, at)) found[found.length - 1] = { start: last.start, end, text: text.slice(last.start, end) }
  else found.push({ start: at, end, text: text.slice(at, end) })
  return end
}

// Between two comments there is one line's end and indentation only.
function isNextLine(text: string, end: number, start: number): boolean {
  return start - end < 100 && /^\r?\n[ \t]*$/.test(text.slice(end, start))
}

function isAlone(text: string, at: number): boolean {
  let index = at - 1
  while (index >= 0 && (text[index] === ' ' || text[index] === '\t')) index--
  return index < 0 || text[index] === '\n'
}

const longestCharacter = 12

function endOfString(text: string, at: number, quote: string, style: CommentStyle): number {
  const from = at + quote.length
  if (quote.length === 3) {
    const close = text.indexOf(quote, from)
    return close === -1 ? text.length : close + 3
  }
  const isLong = style.long.includes(quote)
  const isCharacter = quote === "'" && style.characters === true
  const limit = isCharacter ? Math.min(from + longestCharacter, text.length) : text.length
  for (let index = from; index < limit; index++) {
    const character = text[index]
    if (character === '\\') index++
    else if (character === quote) return index + 1
    else if (character === '\n' && !isLong) return isCharacter ? from : index
  }
  return isCharacter ? from : text.length
}
