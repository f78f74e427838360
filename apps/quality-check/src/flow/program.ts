/**
 * The intermediate representation of the taint analysis: a program reduced to what moves data, the same for every language. Each language's frontend lowers its
 * syntax tree to it. What it cannot express becomes `combine` (data passes) or `opaque` (data does not pass).
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
    /** A variable. Frontends rename shadowing variables of inner blocks ("x#2"), so that only functions have scopes. "this" and "self" are names. */
    | { readonly kind: 'name'; readonly name: string }
    /** The key is a text for o.p and an expression for o[e]. */
    | { readonly kind: 'member'; readonly object: Expression; readonly key: string | Expression }
    | { readonly kind: 'call'; readonly callee: Expression; readonly args: readonly Argument[]; readonly construct: boolean }
    /** Concatenated text: templates, f-strings, printf formats whose parts are known. */
    | { readonly kind: 'concat'; readonly parts: readonly Expression[] }
    /** Arithmetic and comparison, with the language's own operator. "+" propagates data, comparisons do not. */
    | { readonly kind: 'operation'; readonly operator: string; readonly operands: readonly Expression[] }
    | { readonly kind: 'logical'; readonly operator: 'and' | 'or' | 'nullish'; readonly left: Expression; readonly right: Expression }
    | { readonly kind: 'choice'; readonly test: Expression; readonly then: Expression; readonly otherwise: Expression }
    | { readonly kind: 'record'; readonly entries: readonly RecordEntry[] }
    | { readonly kind: 'list'; readonly items: readonly ListItem[] }
    | { readonly kind: 'function'; readonly function: FunctionNode }
    | { readonly kind: 'class'; readonly class: ClassNode }
    /** Evaluates to the assigned value. `operator` is set for +=, ||= and similar. */
    | { readonly kind: 'assign'; readonly target: Pattern; readonly operator?: string; readonly value: Expression }
    /** The result carries the data of all operands: await, yield, casts, spreads. */
    | { readonly kind: 'combine'; readonly of: readonly Expression[] }
    /** Evaluated for side effects; the result carries no data of the operands. */
    | { readonly kind: 'opaque'; readonly of: readonly Expression[] }
    /** Statements followed by a value: comprehensions, immediately invoked functions. */
    | { readonly kind: 'sequence'; readonly body: readonly Statement[]; readonly value: Expression }
  )

export interface Argument {
  readonly value: Expression
  /** For a keyword argument. */
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
    /** `each` is set for loops over a collection, `test` for loops with a condition. */
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
  /** The values that the subject is compared with. Empty for the default, and for a pattern that matches anything. */
  readonly tests: readonly Expression[]
  readonly binding?: Pattern
  readonly guard?: Expression
  readonly body: readonly Statement[]
  /** A JavaScript case without break continues with the next one. */
  readonly fallsThrough: boolean
}

export interface Parameter {
  readonly target: Pattern
  /** The name for keyword arguments, and for frameworks that inject by name. */
  readonly name: string
  readonly rest?: 'list' | 'record'
  readonly default?: Expression
  /** The type as written: "Request", "HttpRequest", "express.Request". Empty when there is none. */
  readonly type: string
  readonly decorators: readonly Expression[]
}

export interface FunctionNode extends Span {
  /** Empty for an anonymous function. */
  readonly name: string
  readonly parameters: readonly Parameter[]
  /** Names bound in it, including parameters; all others are looked up in the enclosing scope. */
  readonly locals: ReadonlySet<string>
  readonly body: readonly Statement[]
  readonly decorators: readonly Expression[]
  /** Other files may call it: it is exported, a method of an exported class, or public by convention. */
  readonly exported: boolean
  /** The call to which the function is passed, as written, and the first argument of that call if it is constant: "app.get", "/users". */
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
  /** Names bound at the top level. */
  readonly locals: ReadonlySet<string>
}
