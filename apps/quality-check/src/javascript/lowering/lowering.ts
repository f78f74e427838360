import type { Node } from '@oxc-project/types'
import type { Constant, Expression, Pattern, Span, Statement } from '../../flow/program.ts'
import { blockScope, functionScope, resolve, type Scope } from './scope.ts'

/** The context in which a function or class expression is written. */
export interface Place {
  /** The name of the variable or key that it is assigned to. */
  readonly name?: string
  /** The call that it is passed to. */
  readonly passedTo?: { readonly callee: string; readonly first: Constant }
}

export type ExpressionLowerings = { readonly [T in Node['type']]?: (node: Extract<Node, { readonly type: T }>, lowering: Lowering, place: Place) => Expression }
export type StatementLowerings = { readonly [T in Node['type']]?: (node: Extract<Node, { readonly type: T }>, lowering: Lowering) => Statement[] }

interface Tables {
  readonly expressions: ExpressionLowerings
  readonly statements: StatementLowerings
  readonly pattern: (node: Node, lowering: Lowering) => Pattern
}

// Deeper code is data or an attack. It is left out, so that neither the lowering nor the engine overflows the stack.
const maxDepth = 160

const span = ({ start, end }: Span): Span => ({ start, end })

/** The state while lowering one file: the current scope and what is known about it. */
export class Lowering {
  readonly text: string
  readonly exported: ReadonlySet<string>
  /** Modules that expressions require, by the top-level names that they are bound to. */
  readonly required = new Map<string, string>()
  scope: Scope
  /** The current value is exported. */
  exporting = false
  #depth = 0
  readonly #tables: Tables

  constructor(text: string, exported: ReadonlySet<string>, topNames: Iterable<string>, tables: Tables) {
    this.text = text
    this.exported = exported
    this.#tables = tables
    this.scope = functionScope(undefined, topNames)
  }

  get isTop(): boolean {
    return this.scope.outer === undefined
  }

  expression(node: Node, place: Place = {}): Expression {
    const lower = this.#tables.expressions[node.type] as ((node: Node, lowering: Lowering, place: Place) => Expression) | undefined
    if (lower === undefined || this.#depth >= maxDepth) return { kind: 'opaque', of: [], ...span(node) }
    this.#depth++
    const lowered = lower(node, this, place)
    this.#depth--
    return lowered
  }

  statements(nodes: readonly Node[]): Statement[] {
    return nodes.flatMap((node) => this.statement(node))
  }

  statement(node: Node): Statement[] {
    const lower = this.#tables.statements[node.type] as ((node: Node, lowering: Lowering) => Statement[]) | undefined
    if (lower === undefined || this.#depth >= maxDepth) return []
    this.#depth++
    const lowered = lower(node, this)
    this.#depth--
    return lowered
  }

  pattern(node: Node): Pattern {
    if (this.#depth >= maxDepth) return { kind: 'record', entries: [], ...span(node) }
    this.#depth++
    const lowered = this.#tables.pattern(node, this)
    this.#depth--
    return lowered
  }

  /** A variable's unique name; for a global, its own name. */
  nameOf(name: string): string {
    return resolve(this.scope, name) ?? name
  }

  isGlobal(name: string): boolean {
    return resolve(this.scope, name) === undefined
  }

  /** Lowers the content of a block that binds these names. */
  inBlock<T>(names: Iterable<string>, lower: () => T): T {
    return this.#within(blockScope(this.scope, names), lower)
  }

  /** Lowers the body of a function, and returns all names that it binds. */
  inFunction<T>(names: Iterable<string>, lower: () => T): { readonly lowered: T; readonly locals: ReadonlySet<string> } {
    const scope = functionScope(this.scope, names)
    const { exporting } = this
    this.exporting = false
    const lowered = this.#within(scope, lower)
    this.exporting = exporting
    return { lowered, locals: scope.locals }
  }

  inExport<T>(exporting: boolean, lower: () => T): T {
    const before = this.exporting
    this.exporting = exporting
    const lowered = lower()
    this.exporting = before
    return lowered
  }

  /** The variable for a module that an expression requires. */
  require(path: string): string {
    const name = `require:${path}`
    this.required.set(name, path)
    return name
  }

  #within<T>(scope: Scope, lower: () => T): T {
    const before = this.scope
    this.scope = scope
    const lowered = lower()
    this.scope = before
    return lowered
  }
}
