import type { PythonArguments, PythonExpression } from './ast.ts'
import { PythonSyntaxFault, type Token, type TokenKind } from './lexer.ts'

// The nesting limit of expressions and blocks, far below what a thread's stack allows.
const deepestNesting = 250
/** The limit of consecutive operators or calls, each of which makes the tree one level deeper. */
export const longestChain = 1000

/** The functions of the recursive grammar. They are passed in, so that the parser's files do not import each other. */
export interface Grammar {
  atom(cursor: Cursor): PythonExpression
  parameters(cursor: Cursor, closing: ')' | ':'): PythonArguments
}

/** The parser's position in the tokens of a text. */
export class Cursor {
  readonly text: string
  readonly grammar: Grammar
  readonly tokens: readonly Token[]
  #at = 0
  #depth = 0

  constructor(text: string, tokens: readonly Token[], grammar: Grammar) {
    this.text = text
    this.grammar = grammar
    this.tokens = tokens
  }

  get token(): Token {
    return this.tokens[this.#at] as Token
  }

  get start(): number {
    return this.token.start
  }

  /** The end of the previous token. */
  get end(): number {
    return this.tokens[this.#at - 1]?.end ?? 0
  }

  peek(ahead: number): Token {
    return this.tokens[Math.min(this.#at + ahead, this.tokens.length - 1)] as Token
  }

  next(): Token {
    const token = this.token
    if (token.kind !== 'end') this.#at++
    return token
  }

  /** Whether the current token is this operator or keyword. */
  at(text: string): boolean {
    return this.token.text === text && this.token.kind !== 'text-start'
  }

  atKind(kind: TokenKind): boolean {
    return this.token.kind === kind
  }

  /** Consumes an operator or keyword if it is the current token. */
  accept(text: string): boolean {
    if (!this.at(text)) return false
    this.#at++
    return true
  }

  expect(text: string): void {
    if (!this.accept(text)) this.fail(`expected ${text}`)
  }

  expectKind(kind: TokenKind): Token {
    if (!this.atKind(kind)) this.fail(`expected ${kind}`)
    return this.next()
  }

  expectName(): Token {
    if (!this.atKind('name') || keywords.has(this.token.text)) this.fail('expected a name')
    return this.next()
  }

  fail(message: string): never {
    throw new PythonSyntaxFault(message, this.start)
  }

  refuseDepth(message: string): never {
    throw new PythonSyntaxFault(message, this.start, true)
  }

  /** Parses a part that may contain itself, within the nesting limit. */
  nested<T>(parse: () => T): T {
    if (++this.#depth > deepestNesting) this.refuseDepth('nested too deeply')
    const result = parse()
    this.#depth--
    return result
  }
}

export const keywords: ReadonlySet<string> = new Set(
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield'.split(' '),
)

/** Marks names and members as assignment targets. */
export function asTarget(cursor: Cursor, node: PythonExpression, context: 'Store' | 'Del' = 'Store'): PythonExpression {
  switch (node.type) {
    case 'Name':
    case 'Attribute':
    case 'Subscript':
      setContext(node, context)
      return node
    case 'Starred':
      setContext(node, context)
      asTarget(cursor, node.value, context)
      return node
    case 'List':
    case 'Tuple':
      setContext(node, context)
      for (const element of node.elts) asTarget(cursor, element, context)
      return node
    default:
      throw new PythonSyntaxFault('cannot be assigned to', node.start)
  }
}

function setContext(node: { ctx: string }, context: 'Store' | 'Del'): void {
  node.ctx = context
}
