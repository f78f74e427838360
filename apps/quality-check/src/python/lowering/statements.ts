import type { Expression, Statement } from '../../flow/program.ts'
import type { PythonExpression, PythonStatement } from '../ast.ts'
import { lowerImport, lowerImportFrom } from './imports.ts'
import { assignment, conditional, type Lowering, methodCall, opaque, type PythonOf, spanOf } from './lowering.ts'

export function lowerStatement(lowering: Lowering, node: PythonStatement): Statement[] {
  const at = spanOf(node)
  switch (node.type) {
    case 'Expr':
      return node.value.type === 'Constant' ? [] : [{ kind: 'expression', expression: lowering.expression(node.value), ...at }]
    case 'Assign':
      return lowerAssign(lowering, node)
    case 'AnnAssign':
      return node.value === null ? declare(lowering, node.target) : [assignment(lowering.target(node.target), lowering.expression(node.value), node)]
    case 'AugAssign':
      return [{ kind: 'expression', expression: { kind: 'assign', target: lowering.target(node.target), operator: `${node.op}=`, value: lowering.expression(node.value), ...at }, ...at }]
    case 'If':
      return [conditional(lowering.expression(node.test), lowering.statements(node.body), lowering.statements(node.orelse), node)]
    case 'For':
    case 'AsyncFor':
    case 'While':
      return lowerLoop(lowering, node)
    case 'With':
    case 'AsyncWith':
      return lowerWith(lowering, node)
    case 'Try':
    case 'TryStar':
      return [lowerTry(lowering, node)]
    case 'Match':
      return [lowering.match(node)]
    case 'Return':
      return [{ kind: 'return', ...(node.value !== null && { value: lowering.expression(node.value) }), ...at }]
    case 'Raise':
      return [{ kind: 'throw', ...(node.exc !== null && { value: lowering.expression(node.exc) }), ...at }]
    case 'Assert':
      return [conditional(lowering.expression(node.test), [], [{ kind: 'throw', ...at }], node)]
    case 'Delete':
      return node.targets.flatMap((target) => lowerDelete(lowering, target))
    case 'FunctionDef':
    case 'AsyncFunctionDef':
      lowering.scope.bind(node.name)
      return [{ kind: 'function', function: lowering.functionOf(node, lowering.isModule() && !node.name.startsWith('_')), ...at }]
    case 'ClassDef':
      lowering.scope.bind(node.name)
      return [{ kind: 'class', class: lowering.classOf(node), ...at }]
    case 'Import':
      return [lowerImport(lowering, node)]
    case 'ImportFrom':
      return [lowerImportFrom(lowering, node)]
    case 'Global':
    case 'Nonlocal':
      if (!lowering.isModule()) for (const name of node.names) lowering.scope.leaveOutside(name)
      return []
    case 'Break':
      return [{ kind: 'break', ...at }]
    case 'Continue':
      return [{ kind: 'continue', ...at }]
    default:
      return []
  }
}

function lowerAssign(lowering: Lowering, node: PythonOf<'Assign'>): Statement[] {
  const value = lowering.expression(node.value)
  const [only] = node.targets
  if (only !== undefined && node.targets.length === 1) return [assignment(lowering.target(only), value, node)]
  const nested = node.targets.toReversed().reduce<Expression>((inner, target) => ({ kind: 'assign', target: lowering.target(target), value: inner, ...spanOf(node) }), value)
  return [{ kind: 'expression', expression: nested, ...spanOf(node) }]
}

function declare(lowering: Lowering, target: PythonExpression): Statement[] {
  lowering.target(target)
  return []
}

/** The else block of a loop runs unless the loop was left by break. */
function lowerLoop(lowering: Lowering, node: PythonOf<'For' | 'AsyncFor' | 'While'>): Statement[] {
  const at = spanOf(node)
  const head = node.type === 'While' ? { test: lowering.expression(node.test) } : { each: { of: lowering.expression(node.iter), target: lowering.target(node.target), takes: 'values' as const } }
  const loop: Statement = { kind: 'loop', ...head, body: lowering.statements(node.body), ...at }
  if (node.orelse.length === 0) return [loop]
  return [loop, conditional(opaque([], node), lowering.statements(node.orelse), [], node)]
}

function lowerWith(lowering: Lowering, node: PythonOf<'With' | 'AsyncWith'>): Statement[] {
  const entered = node.items.map(({ context_expr: context, optional_vars: target }): Statement => {
    const value = lowering.expression(context)
    return target === null ? { kind: 'expression', expression: value, ...spanOf(context) } : assignment(lowering.target(target), value, context)
  })
  return [...entered, { kind: 'block', body: lowering.statements(node.body), ...spanOf(node) }]
}

function lowerTry(lowering: Lowering, node: PythonOf<'Try' | 'TryStar'>): Statement {
  const handlers = node.handlers.map((handler) => {
    const binding = handler.name === null ? {} : { binding: { kind: 'name' as const, name: lowering.scope.bind(handler.name), ...spanOf(handler) } }
    return { ...binding, body: lowering.statements(handler.body) }
  })
  return { kind: 'try', body: lowering.statements([...node.body, ...node.orelse]), handlers, finally: lowering.statements(node.finalbody), ...spanOf(node) }
}

/** del d[k] removes the key. A deleted variable is not read any more, so nothing is lowered for it. */
function lowerDelete(lowering: Lowering, target: PythonExpression): Statement[] {
  if (target.type !== 'Subscript' || target.slice.type === 'Slice') return []
  return [{ kind: 'expression', expression: methodCall(lowering.expression(target.value), 'pop', [lowering.expression(target.slice)], target), ...spanOf(target) }]
}
