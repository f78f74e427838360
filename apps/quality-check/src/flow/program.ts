/**
 * A program reduced to what moves values, the same for every language. Each language lowers its syntax tree to this once;
 * the flow engine runs it with abstract values. What cannot be expressed is lowered to `combine` (data passes) or `opaque` (it does not).
 */

/** Offsets into the text in UTF-16 units, the end exclusive. */
export interface Span {
  readonly start: number
  readonly end: number
}

export type Constant = string | number | bigint | boolean | null | undefined

export type Expression = Span &
  (
    | { readonly kind: 'literal'; readonly value: Constant }
    /** A variable. Frontends give shadowing variables of inner blocks names of their own ("x#2"), so that scopes are functions. "this" and "self" are names. */
    | { readonly kind: 'name'; readonly name: string }
    /** o.p has a text for a key, o[e] an expression. */
    | { readonly kind: 'member'; readonly object: Expression; readonly key: string | Expression }
    | { readonly kind: 'call'; readonly callee: Expression; readonly args: readonly Argument[]; readonly construct: boolean }
    /** Text put together: templates, f-strings, printf formats whose pieces are known. */
    | { readonly kind: 'concat'; readonly parts: readonly Expression[] }
    /** Arithmetic and comparison in the language's own spelling; "+" carries data, comparisons do not. */
    | { readonly kind: 'operation'; readonly operator: string; readonly operands: readonly Expression[] }
    | { readonly kind: 'logical'; readonly operator: 'and' | 'or' | 'nullish'; readonly left: Expression; readonly right: Expression }
    | { readonly kind: 'choice'; readonly test: Expression; readonly then: Expression; readonly otherwise: Expression }
    | { readonly kind: 'record'; readonly entries: readonly RecordEntry[] }
    | { readonly kind: 'list'; readonly items: readonly ListItem[] }
    | { readonly kind: 'function'; readonly function: FunctionNode }
    | { readonly kind: 'class'; readonly class: ClassNode }
    /** Its value is what was assigned. `operator` is set for +=, ||= and their like. */
    | { readonly kind: 'assign'; readonly target: Pattern; readonly operator?: string; readonly value: Expression }
    /** The result carries what any of them carries: await, yield, casts, spreads, comprehensions' leftovers. */
    | { readonly kind: 'combine'; readonly of: readonly Expression[] }
    /** Evaluated for what they do; the result is nothing that was put in. */
    | { readonly kind: 'opaque'; readonly of: readonly Expression[] }
    /** Statements that end in a value: comprehensions, immediately used blocks. */
    | { readonly kind: 'sequence'; readonly body: readonly Statement[]; readonly value: Expression }
  )

export interface Argument {
  readonly value: Expression
  /** Of a keyword argument. */
  readonly name?: string
  readonly spread?: true
}

export type RecordEntry = { readonly key: Expression; readonly value: Expression } | { readonly spread: Expression }

export interface ListItem {
  readonly value: Expression
  readonly spread?: true
}

export type Pattern = Span &
  (
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'member'; readonly object: Expression; readonly key: string | Expression }
    | { readonly kind: 'list'; readonly items: readonly (Pattern | undefined)[]; readonly rest?: Pattern }
    | { readonly kind: 'record'; readonly entries: readonly { readonly key: Expression; readonly target: Pattern }[]; readonly rest?: Pattern }
    | { readonly kind: 'default'; readonly target: Pattern; readonly value: Expression }
  )

export type Statement = Span &
  (
    | { readonly kind: 'expression'; readonly expression: Expression }
    | { readonly kind: 'if'; readonly test: Expression; readonly then: readonly Statement[]; readonly otherwise: readonly Statement[] }
    /** `each` for loops over something, `test` for loops while something. */
    | { readonly kind: 'loop'; readonly test?: Expression; readonly each?: { readonly target: Pattern; readonly of: Expression; readonly takes: 'values' | 'keys' }; readonly body: readonly Statement[] }
    | { readonly kind: 'match'; readonly subject: Expression; readonly cases: readonly MatchCase[] }
    | { readonly kind: 'try'; readonly body: readonly Statement[]; readonly handlers: readonly { readonly binding?: Pattern; readonly body: readonly Statement[] }[]; readonly finally: readonly Statement[] }
    | { readonly kind: 'return'; readonly value?: Expression }
    | { readonly kind: 'throw'; readonly value?: Expression }
    | { readonly kind: 'break' | 'continue' }
    | { readonly kind: 'function'; readonly function: FunctionNode }
    | { readonly kind: 'class'; readonly class: ClassNode }
    /** `path` is canonical: "child_process.exec", "os.path". */
    | { readonly kind: 'import'; readonly bindings: readonly { readonly local: string; readonly path: string }[] }
    | { readonly kind: 'block'; readonly body: readonly Statement[] }
  )

export interface MatchCase {
  /** Equal to the subject; none for the default, or where `binding` takes anything. */
  readonly tests: readonly Expression[]
  readonly binding?: Pattern
  readonly guard?: Expression
  readonly body: readonly Statement[]
  /** A JavaScript case without break runs into the next. */
  readonly fallsThrough: boolean
}

export interface Parameter {
  readonly target: Pattern
  /** As callers may name it, or as frameworks read it. */
  readonly name: string
  readonly rest?: 'list' | 'record'
  readonly default?: Expression
  /** The type as written: "Request", "HttpRequest", "express.Request". Empty when there is none. */
  readonly type: string
  readonly decorators: readonly Expression[]
}

export interface FunctionNode extends Span {
  /** Empty when it has none. */
  readonly name: string
  readonly parameters: readonly Parameter[]
  /** Names bound in it, parameters included; all others are looked up outside. */
  readonly locals: ReadonlySet<string>
  readonly body: readonly Statement[]
  readonly decorators: readonly Expression[]
  /** Other code can call it with anything: exported, a method of an exported class, or public by convention. */
  readonly exported: boolean
  /** The call that it is handed to, as written, and what that call's first argument is when it is constant: "app.get", "/users". */
  readonly passedTo?: { readonly callee: string; readonly first: Constant }
}

export interface ClassNode extends Span {
  readonly name: string
  readonly bases: readonly Expression[]
  readonly decorators: readonly Expression[]
  readonly members: readonly { readonly name: string; readonly static: boolean; readonly value: Expression }[]
}

export interface Program {
  readonly language: 'javascript' | 'python'
  readonly body: readonly Statement[]
  /** Names bound at the top. */
  readonly locals: ReadonlySet<string>
}
