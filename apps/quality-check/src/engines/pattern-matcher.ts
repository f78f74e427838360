import type { SgNode } from '@ast-grep/napi'

/** The part of ast-grep's rule language that our rules use. Regular expressions are JavaScript's. */
export interface SyntaxPattern {
  readonly kind?: string
  readonly regex?: string
  readonly any?: readonly SyntaxPattern[]
  readonly all?: readonly SyntaxPattern[]
  readonly not?: SyntaxPattern
  readonly has?: SyntaxRelation
  readonly inside?: SyntaxRelation
  readonly follows?: SyntaxPattern
  readonly precedes?: SyntaxPattern
}

export interface SyntaxRelation extends SyntaxPattern {
  /** How far is looked: to the next node, to the end, or to the first that matches, itself included. */
  readonly stopBy?: 'end' | SyntaxPattern
  /** The child in this role, alone. */
  readonly field?: string
}

const expressions = new Map<string, RegExp>()
const longestRead = 200_000

/** The kinds of node that a pattern can match: all are found in one walk. */
export function kindsOf(pattern: SyntaxPattern): string[] {
  if (pattern.kind !== undefined) return [pattern.kind]
  if (pattern.any !== undefined) return pattern.any.flatMap(kindsOf)
  return (pattern.all ?? []).flatMap(kindsOf)
}

/** A node of a tree, asked once for what crossing into the parser makes dear. */
export class SyntaxNode {
  readonly #node: SgNode
  readonly #source: string
  #kind: string | undefined
  #text: string | undefined

  constructor(node: SgNode, source: string) {
    this.#node = node
    this.#source = source
  }

  get kind(): string {
    return (this.#kind ??= String(this.#node.kind()))
  }

  get text(): string {
    if (this.#text === undefined) {
      const { start, end } = this.range
      this.#text = end - start > longestRead ? '' : this.#source.slice(start, end)
    }
    return this.#text
  }

  get range(): { start: number; end: number } {
    const { start, end } = this.#node.range()
    return { start: start.index, end: end.index }
  }

  get parent(): SyntaxNode | undefined {
    return this.#wrap(this.#node.parent())
  }

  get previous(): SyntaxNode | undefined {
    return this.#wrap(this.#node.prev())
  }

  get next(): SyntaxNode | undefined {
    return this.#wrap(this.#node.next())
  }

  children(field?: string): SyntaxNode[] {
    const nodes = field === undefined ? this.#node.children() : [this.#node.field(field)]
    return nodes.flatMap((node) => this.#wrap(node) ?? [])
  }

  #wrap(node: SgNode | null): SyntaxNode | undefined {
    return node === null ? undefined : new SyntaxNode(node, this.#source)
  }
}

/**
 * Whether a node is what a pattern says. Patterns are read here and not by ast-grep, which compiles every expression anew for every file, and again to
 * tell which rule it was that matched: that took twenty times as long.
 */
export function matches(node: SyntaxNode, pattern: SyntaxPattern): boolean {
  const { kind, regex, any, all, not, has, inside, follows, precedes } = pattern
  return (
    (kind === undefined || node.kind === kind) &&
    (regex === undefined || expressionOf(regex).test(node.text)) &&
    (has === undefined || holds(node, has)) &&
    (all === undefined || all.every((each) => matches(node, each))) &&
    (any === undefined || any.some((each) => matches(node, each))) &&
    (not === undefined || !matches(node, not)) &&
    (inside === undefined || reaches(node, inside)) &&
    (follows === undefined || isA(node.previous, follows)) &&
    (precedes === undefined || isA(node.next, precedes))
  )
}

function isA(node: SyntaxNode | undefined, pattern: SyntaxPattern): boolean {
  return node !== undefined && matches(node, pattern)
}

function expressionOf(regex: string): RegExp {
  const known = expressions.get(regex)
  if (known !== undefined) return known
  const expression = new RegExp(regex)
  expressions.set(regex, expression)
  return expression
}

function holds(node: SyntaxNode, relation: SyntaxRelation): boolean {
  return node.children(relation.field).some((child) => matches(child, relation) || (relation.stopBy === 'end' && holds(child, relation)))
}

function reaches(node: SyntaxNode, relation: SyntaxRelation): boolean {
  for (let above = node.parent; above !== undefined; above = above.parent) {
    if (matches(above, relation)) return true
    if (relation.stopBy === undefined || (relation.stopBy !== 'end' && matches(above, relation.stopBy))) return false
  }
  return false
}
