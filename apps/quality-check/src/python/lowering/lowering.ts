import type { Argument, ClassNode, Expression, FunctionNode, Pattern, Span, Statement } from '../../flow/program.ts'
import type { ClassDef, FunctionDef, PythonExpression, PythonNode, PythonPattern, PythonStatement } from '../ast.ts'
import type { Scope } from './scope.ts'

/** The interface through which the parts of the lowering call each other, so that their files do not import each other. */
export interface Lowering {
  readonly text: string
  scope: Scope
  /** Whether the current scope is the module's. */
  isModule(): boolean
  expression(node: PythonExpression): Expression
  target(node: PythonExpression): Pattern
  statements(nodes: readonly PythonStatement[]): Statement[]
  call(node: PythonOf<'Call'>): Expression
  arguments(node: PythonOf<'Call'>): Argument[]
  comprehension(node: PythonOf<'ListComp' | 'SetComp' | 'GeneratorExp' | 'DictComp'>): Expression
  functionOf(node: FunctionDef | PythonOf<'Lambda'>, exported: boolean): FunctionNode
  classOf(node: ClassDef): ClassNode
  match(node: PythonOf<'Match'>): Statement
  pattern(node: PythonPattern): Pattern | undefined
}

export type PythonOf<T extends PythonNode['type']> = PythonNode extends infer N ? (N extends { readonly type: T } ? N : never) : never

export const spanOf = ({ start, end }: Span): Span => ({ start, end })

export function nameOf(name: string, at: Span): Extract<Expression, { readonly kind: 'name' }> {
  return { kind: 'name', name, start: at.start, end: at.end }
}

export function literalOf(value: string | number | bigint | boolean | null | undefined, at: Span): Expression {
  return { kind: 'literal', value, start: at.start, end: at.end }
}

export function opaque(of: readonly Expression[], at: Span): Expression {
  return { kind: 'opaque', of, start: at.start, end: at.end }
}

export function assignment(target: Pattern, value: Expression, at: Span): Statement {
  return { kind: 'expression', expression: { kind: 'assign', target, value, start: at.start, end: at.end }, start: at.start, end: at.end }
}

export function methodCall(object: Expression, name: string, args: readonly Expression[], at: Span): Expression {
  const callee: Expression = { kind: 'member', object, key: name, start: object.start, end: object.end }
  return { kind: 'call', callee, args: args.map((value) => ({ value })), construct: false, start: at.start, end: at.end }
}

export function conditional(test: Expression, then: readonly Statement[], otherwise: readonly Statement[], at: Span): Statement {
  // oxlint-disable-next-line unicorn/no-thenable -- the program's word for an arm, never awaited
  return { kind: 'if', test, then, otherwise, start: at.start, end: at.end }
}
