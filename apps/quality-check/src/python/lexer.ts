import type { PythonComment } from './ast.ts'

export type TokenKind = 'name' | 'number' | 'string' | 'text-start' | 'text-middle' | 'text-end' | 'operator' | 'newline' | 'indent' | 'dedent' | 'end'

export interface Token {
  readonly kind: TokenKind
  readonly start: number
  readonly end: number
  /** The text of names and operators; empty for other tokens. */
  readonly text: string
}

/** Thrown and caught within the parser. */
export class PythonSyntaxFault extends Error {
  readonly offset: number
  /** The text is valid but nested too deeply. */
  readonly isTooDeep: boolean

  constructor(message: string, offset: number, isTooDeep = false) {
    super(message)
    this.offset = offset
    this.isTooDeep = isTooDeep
  }
}

// CPython's own limits.
const deepestBrackets = 200
const deepestIndent = 100
const tabWidth = 8

const identifier = /[\p{ID_Start}_][\p{ID_Continue}]*/uy
const asciiIdentifier = /[A-Za-z_][A-Za-z0-9_]*/y
const number = /0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|(?:\d(?:_?\d)*(?:\.(?:\d(?:_?\d)*)?)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?[jJ]?/y
const operator = /\*\*=|\/\/=|>>=|<<=|\.\.\.|!=|->|:=|==|<=|>=|\*\*|\/\/|<<|>>|[+\-*/%@&|^]=|[+\-*/%@&|^~<>()[\]{},:.;=]/y
const stringStart = /([rR]?[bB]|[bB][rR]|[uU]|[rR]?[fFtT]|[fFtT][rR]|[rR]|)('''|"""|'|")/y
// A quote, or a letter that may precede one.
const beginsText = '\'"rRbBuUfFtT'
const fieldEnd = /[}:!=]/

/** Splits a text into Python's tokens, including newlines and indentation where they matter. */
export function tokenize(text: string): { tokens: Token[]; comments: PythonComment[] } {
  return new Lexer(text).run()
}

class Lexer {
  readonly #text: string
  readonly #tokens: Token[] = []
  readonly #comments: PythonComment[] = []
  readonly #indents: number[] = [0]
  #at = 0
  /** The number of open brackets, inside which newlines have no meaning. */
  #brackets = 0

  constructor(text: string) {
    this.#text = text
  }

  run(): { tokens: Token[]; comments: PythonComment[] } {
    let lineBegins = true
    while (this.#at < this.#text.length || lineBegins) {
      if (lineBegins) this.#readIndent()
      lineBegins = this.#at < this.#text.length && this.#readToken()
    }
    if (this.#brackets > 0) throw new PythonSyntaxFault('a bracket is never closed', this.#at)
    if (this.#tokens.at(-1)?.kind !== 'newline' && this.#tokens.length > 0) this.#push('newline', this.#at, this.#at)
    for (; this.#indents.length > 1; this.#indents.pop()) this.#push('dedent', this.#at, this.#at)
    this.#push('end', this.#at, this.#at)
    return { tokens: this.#tokens, comments: this.#comments }
  }

  #push(kind: TokenKind, start: number, end: number, text = ''): void {
    this.#tokens.push({ kind, start, end, text })
  }

  /** Skips blank and comment lines, then emits the indentation of the next line. */
  #readIndent(): void {
    for (;;) {
      const width = this.#measureIndent()
      const character = this.#text[this.#at]
      if (character === '#') this.#readComment()
      if (this.#skipNewline()) continue
      if (this.#at < this.#text.length) this.#indentTo(width)
      return
    }
  }

  #measureIndent(): number {
    let width = 0
    for (; ; this.#at++) {
      const character = this.#text[this.#at]
      if (character === ' ') width++
      else if (character === '\t') width = (Math.floor(width / tabWidth) + 1) * tabWidth
      else if (character === '\f') width = 0
      else return width
    }
  }

  #indentTo(width: number): void {
    const current = this.#indents.at(-1) ?? 0
    if (width > current) {
      if (this.#indents.length >= deepestIndent) throw new PythonSyntaxFault('too many levels of indentation', this.#at)
      this.#indents.push(width)
      this.#push('indent', this.#at, this.#at)
    }
    while (width < (this.#indents.at(-1) ?? 0)) {
      this.#indents.pop()
      this.#push('dedent', this.#at, this.#at)
    }
    if (width !== this.#indents.at(-1)) throw new PythonSyntaxFault('unindent does not match any outer indentation level', this.#at)
  }

  #readComment(): void {
    const start = this.#at
    while (this.#at < this.#text.length && this.#text[this.#at] !== '\n' && this.#text[this.#at] !== '\r') this.#at++
    this.#comments.push({ text: this.#text.slice(start, this.#at), start, end: this.#at })
  }

  #skipNewline(): boolean {
    if (this.#text[this.#at] === '\r') {
      this.#at += this.#text[this.#at + 1] === '\n' ? 2 : 1
      return true
    }
    if (this.#text[this.#at] !== '\n') return false
    this.#at++
    return true
  }

  /** Returns true at the end of a logical line. */
  #readToken(): boolean {
    const start = this.#at
    const character = this.#text[start] as string
    if (character === ' ' || character === '\t' || character === '\f') this.#at++
    else if (character === '\n' || character === '\r') {
      this.#skipNewline()
      if (this.#brackets === 0) {
        this.#push('newline', start, start)
        return true
      }
    } else if (character === '#') this.#readComment()
    else if (character === '\\') this.#joinLines()
    else if (!beginsText.includes(character) || !this.#readString()) this.#readWord(character)
    return false
  }

  #joinLines(): void {
    const start = this.#at++
    if (!this.#skipNewline()) throw new PythonSyntaxFault('unexpected character after line continuation character', start)
  }

  #readWord(character: string): void {
    const start = this.#at
    if (this.#take(asciiIdentifier) || (character > '\u007f' && this.#take(identifier))) {
      if ((this.#text[this.#at] ?? '') > '\u007f') {
        this.#at = start
        this.#take(identifier)
      }
      this.#push('name', start, this.#at, this.#text.slice(start, this.#at))
    } else if (this.#take(number)) this.#push('number', start, this.#at)
    else if (this.#take(operator)) this.#pushOperator(start)
    else throw new PythonSyntaxFault(`unexpected character ${JSON.stringify(character)}`, start)
  }

  #take(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at
    if (!pattern.test(this.#text)) return false
    this.#at = pattern.lastIndex
    return true
  }

  #pushOperator(start: number): void {
    const text = this.#text.slice(start, this.#at)
    if (text === '(' || text === '[' || text === '{') {
      if (++this.#brackets > deepestBrackets) throw new PythonSyntaxFault('too many nested brackets', start, true)
    } else if (text === ')' || text === ']' || text === '}') {
      if (--this.#brackets < 0) throw new PythonSyntaxFault(`unmatched ${text}`, start)
    }
    this.#push('operator', start, this.#at, text)
  }

  #readString(): boolean {
    stringStart.lastIndex = this.#at
    const match = stringStart.exec(this.#text)
    if (match === null) return false
    const [whole, prefix = '', quote = ''] = match
    const start = this.#at
    this.#at += whole.length
    if (/[ft]/i.test(prefix)) {
      this.#push('text-start', start, this.#at, prefix.toLowerCase())
      this.#readFormatted(quote, prefix)
    } else {
      this.#skipStringBody(quote, start)
      this.#push('string', start, this.#at)
    }
    return true
  }

  #skipStringBody(quote: string, start: number): void {
    for (; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at]
      if (character === '\\') this.#at++
      else if (character === '\n' && quote.length === 1) break
      else if (character === quote[0] && this.#text.startsWith(quote, this.#at)) {
        this.#at += quote.length
        return
      }
    }
    throw new PythonSyntaxFault('a string is never closed', start)
  }

  /** Starts after the opening quote. Emits pieces of text, and the tokens of the expressions in braces. */
  #readFormatted(quote: string, prefix: string): void {
    const opening = this.#at
    const raw = /r/i.test(prefix)
    let from = this.#at
    for (;;) {
      const character = this.#text[this.#at]
      if (character === undefined || (character === '\n' && quote.length === 1)) throw new PythonSyntaxFault('a string is never closed', opening)
      if (character === quote[0] && this.#text.startsWith(quote, this.#at)) break
      if (character === '{' && this.#text[this.#at + 1] !== '{') {
        this.#pushMiddle(from)
        this.#readField(quote)
        from = this.#at
      } else this.#at += this.#lengthOfPiece(character, raw)
    }
    this.#pushMiddle(from)
    this.#push('text-end', this.#at, this.#at + quote.length)
    this.#at += quote.length
  }

  #lengthOfPiece(character: string, raw: boolean): number {
    const next = this.#text[this.#at + 1]
    if (character === '{' || (character === '}' && next === '}')) return 2
    if (character !== '\\') return 1
    if (!raw && next === 'N' && this.#text[this.#at + 2] === '{') {
      const end = this.#text.indexOf('}', this.#at)
      return end === -1 ? 2 : end + 1 - this.#at
    }
    // A brace begins a field even after a backslash.
    return next === '{' || next === '}' ? 1 : 2
  }

  #pushMiddle(from: number): void {
    if (this.#at > from) this.#push('text-middle', from, this.#at)
  }

  /** A replacement field including its braces. */
  #readField(quote: string): void {
    const start = this.#at++
    this.#push('operator', start, this.#at, '{')
    const outside = this.#brackets++
    if (this.#brackets > deepestBrackets) throw new PythonSyntaxFault('too many nested brackets', start, true)
    for (;;) {
      const character = this.#text[this.#at]
      if (character === undefined) throw new PythonSyntaxFault('a field of a string is never closed', start)
      if (this.#brackets > outside + 1 || !fieldEnd.test(character)) this.#readToken()
      else if (this.#endField(character, quote)) break
    }
    this.#brackets = outside
  }

  /** Returns true at the end of the field. A character that belongs to the expression is left for the lexer. */
  #endField(character: string, quote: string): boolean {
    const start = this.#at
    const next = this.#text[start + 1]
    if ((character === '!' || character === '=') && next === '=') {
      this.#at += 2
      this.#push('operator', start, this.#at, this.#text.slice(start, this.#at))
      return false
    }
    this.#at++
    this.#push('operator', start, this.#at, character)
    if (character === ':') this.#readFormatSpec(quote)
    return character === '}' || character === ':'
  }

  #readFormatSpec(quote: string): void {
    let from = this.#at
    for (;;) {
      const character = this.#text[this.#at]
      if (character === undefined || (quote.length === 1 && character === '\n')) throw new PythonSyntaxFault('a field of a string is never closed', from)
      if (character === '}') break
      if (character === '{') {
        this.#pushMiddle(from)
        this.#readField(quote)
        from = this.#at
      } else this.#at++
    }
    this.#pushMiddle(from)
    this.#at++
    this.#push('operator', this.#at - 1, this.#at, '}')
  }
}
