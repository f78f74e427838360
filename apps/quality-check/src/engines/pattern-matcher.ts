import type { SgNode } from '@ast-grep/napi'
import { lowerBound } from '../syntax/lower-bound.ts'

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
// How much of the text of a node is read: deeply nested text would take too long otherwise, and in real code what a rule looks for is within these limits.
const longestRead = 8_000
const longestReadOfWholes = 200_000
const wholes = new Set(['class_body', 'program', 'document', 'method_declaration'])

/** The kinds of node that a pattern can match: all are found in one walk. */
export function kindsOf(pattern: SyntaxPattern): string[] {
  if (pattern.kind !== undefined) return [pattern.kind]
  if (pattern.any !== undefined) return pattern.any.flatMap(kindsOf)
  return (pattern.all ?? []).flatMap(kindsOf)
}

/** A parsed text. */
export class SyntaxTree {
  readonly source: string
  readonly #root: SgNode
  readonly #byKinds = new Map<string, SyntaxNode[]>()
  readonly #outerByKinds = new Map<string, readonly number[]>()

  constructor(root: SgNode, source: string) {
    this.#root = root
    this.source = source
  }

  /** All nodes of some kinds, outer ones first. */
  nodesOf(kinds: readonly string[]): SyntaxNode[] {
    const key = kinds.join()
    const known = this.#byKinds.get(key)
    if (known !== undefined) return known
    const nodes = this.#root.findAll({ rule: { any: kinds.map((kind) => ({ kind })) } }).map((node) => new SyntaxNode(node, this))
    this.#byKinds.set(key, nodes)
    return nodes
  }

  /** For each of the nodes of some kinds, the index of the nearest of them that holds it; -1 where none does. */
  outerOf(kinds: readonly string[]): readonly number[] {
    const key = kinds.join()
    const known = this.#outerByKinds.get(key)
    if (known !== undefined) return known
    const nodes = this.nodesOf(kinds)
    const outer: number[] = []
    for (const [at, { range }] of nodes.entries()) {
      let above = at - 1
      while (above >= 0 && (nodes[above] as SyntaxNode).range.end < range.end) above = outer[above] as number
      outer.push(above)
    }
    this.#outerByKinds.set(key, outer)
    return outer
  }
}

/** A node of a tree, asked once for what crossing into the parser makes dear. */
export class SyntaxNode {
  readonly #node: SgNode
  readonly #tree: SyntaxTree
  #kind: string | undefined
  #text: string | undefined
  #range: { readonly start: number; readonly end: number } | undefined

  constructor(node: SgNode, tree: SyntaxTree) {
    this.#node = node
    this.#tree = tree
  }

  get kind(): string {
    return (this.#kind ??= String(this.#node.kind()))
  }

  get text(): string {
    if (this.#text === undefined) {
      const { start, end } = this.range
      this.#text = this.#tree.source.slice(start, Math.min(end, start + (wholes.has(this.kind) ? longestReadOfWholes : longestRead)))
    }
    return this.#text
  }

  get range(): { readonly start: number; readonly end: number } {
    if (this.#range === undefined) {
      const { start, end } = this.#node.range()
      this.#range = { start: start.index, end: end.index }
    }
    return this.#range
  }

  /** The nodes of some kinds that hold this one, the nearest first. To ask for parents one by one is slow where nesting is deep. */
  around(kinds: readonly string[]): SyntaxNode[] {
    const { start, end } = this.range
    const nodes = this.#tree.nodesOf(kinds)
    const outer = this.#tree.outerOf(kinds)
    const around: SyntaxNode[] = []
    for (let at = lowerBound(nodes, (node) => node.range.start <= start) - 1; at >= 0; at = outer[at] as number) {
      const node = nodes[at] as SyntaxNode
      if (end <= node.range.end && (node.range.start !== start || node.range.end !== end || node.kind !== this.kind)) around.push(node)
    }
    return around
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
    return node === null ? undefined : new SyntaxNode(node, this.#tree)
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
  const { stopBy } = relation
  if (stopBy === undefined) return isA(node.parent, relation)
  const stop = stopBy === 'end' ? undefined : stopBy
  for (const above of node.around([...new Set([...kindsOf(relation), ...(stop === undefined ? [] : kindsOf(stop))])])) {
    if (matches(above, relation)) return true
    if (stop !== undefined && matches(above, stop)) return false
  }
  return false
}
