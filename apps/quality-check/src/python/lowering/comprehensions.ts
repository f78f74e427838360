import type { Expression, Statement } from '../../flow/program.ts'
import type { Comprehension, PythonExpression } from '../ast.ts'
import { assignment, conditional, type Lowering, methodCall, nameOf, type PythonOf, spanOf } from './lowering.ts'

type Any = PythonOf<'ListComp' | 'SetComp' | 'GeneratorExp' | 'DictComp'>

/** A loop that fills a list or a record, followed by that as its value. */
export function lowerComprehension(lowering: Lowering, node: Any): Expression {
  const { scope } = lowering
  const [first] = node.generators
  // The iterable of the first loop is evaluated in the enclosing scope.
  const over = first === undefined ? undefined : lowering.expression(first.iter)
  scope.enter(node.generators.flatMap(({ target }) => namesIn(target)))
  const made = nameOf(scope.makeName('made'), node)
  const empty: Expression = node.type === 'DictComp' ? { kind: 'record', entries: [], ...spanOf(node) } : { kind: 'list', items: [], ...spanOf(node) }
  const loops = node.generators.reduceRight<Statement[]>((body, generator, index) => [loopOf(lowering, generator, index === 0 ? over : undefined, body)], [addition(lowering, node, made)])
  scope.leave()
  return { kind: 'sequence', body: [assignment(made, empty, node), ...loops], value: made, ...spanOf(node) }
}

function addition(lowering: Lowering, node: Any, made: Extract<Expression, { readonly kind: 'name' }>): Statement {
  if (node.type !== 'DictComp') return { kind: 'expression', expression: methodCall(made, 'append', [lowering.expression(node.elt)], node.elt), ...spanOf(node.elt) }
  return assignment({ kind: 'member', object: made, key: lowering.expression(node.key), ...spanOf(node.key) }, lowering.expression(node.value), node.value)
}

function loopOf(lowering: Lowering, { target, iter, ifs, start, end }: Comprehension, over: Expression | undefined, body: readonly Statement[]): Statement {
  const filtered = ifs.reduceRight((inner, test): readonly Statement[] => [conditional(lowering.expression(test), inner, [], test)], body)
  return { kind: 'loop', each: { target: lowering.target(target), of: over ?? lowering.expression(iter), takes: 'values' }, body: filtered, start, end }
}

export function namesIn(target: PythonExpression): string[] {
  if (target.type === 'Name') return [target.id]
  if (target.type === 'Starred') return namesIn(target.value)
  return target.type === 'List' || target.type === 'Tuple' ? target.elts.flatMap(namesIn) : []
}
