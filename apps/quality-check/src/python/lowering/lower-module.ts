import type { Program } from '../../flow/program.ts'
import type { PythonModule } from '../ast.ts'
import { lowerArguments, lowerCall } from './calls.ts'
import { lowerComprehension } from './comprehensions.ts'
import { lowerExpression } from './expressions.ts'
import { lowerClass, lowerFunction } from './functions.ts'
import type { Lowering } from './lowering.ts'
import { lowerMatch, lowerPattern } from './matches.ts'
import { Scope } from './scope.ts'
import { lowerStatement } from './statements.ts'
import { lowerTarget } from './targets.ts'

/** Lowers a Python module to the intermediate representation of the data-flow engine. */
export function lowerPython(module: PythonModule, text: string): Program {
  const scope = new Scope()
  const lowering: Lowering = {
    text,
    scope,
    isModule: () => lowering.scope === scope,
    expression: (node) => lowerExpression(lowering, node),
    target: (node) => lowerTarget(lowering, node),
    statements: (nodes) => nodes.flatMap((node) => lowerStatement(lowering, node)),
    call: (node) => lowerCall(lowering, node),
    arguments: (node) => lowerArguments(lowering, node),
    comprehension: (node) => lowerComprehension(lowering, node),
    functionOf: (node, exported) => lowerFunction(lowering, node, exported),
    classOf: (node) => lowerClass(lowering, node),
    match: (node) => lowerMatch(lowering, node),
    pattern: (node) => lowerPattern(lowering, node),
  }
  return { language: 'python', body: lowering.statements(module.body), locals: scope.locals }
}
