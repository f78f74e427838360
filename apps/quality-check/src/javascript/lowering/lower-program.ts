import type { Program as Tree } from '@oxc-project/types'
import type { Program, Statement } from '../../flow/program.ts'
import { callLowerings } from './calls.ts'
import { blockNames, hoistedNames } from './declarations.ts'
import { exportedNames } from './exports.ts'
import { expressionLowerings } from './expressions.ts'
import { jsxLowerings } from './jsx.ts'
import { Lowering } from './lowering.ts'
import { lowerPattern } from './patterns.ts'
import { statementLowerings } from './statements.ts'
import { variableLowerings } from './variables.ts'

const tables = {
  expressions: { ...expressionLowerings, ...callLowerings, ...jsxLowerings },
  statements: { ...statementLowerings, ...variableLowerings },
  pattern: lowerPattern,
}

/** Lowers a JavaScript or TypeScript file to the intermediate representation. Code nested more deeply than people write is left out. */
export function lowerProgram(tree: Tree, text: string): Program {
  const names = [...hoistedNames(tree.body), ...blockNames(tree.body)]
  const lowering = new Lowering(text, exportedNames(tree.body), names, tables)
  const body = lowering.statements(tree.body)
  const bindings = [...lowering.required].map(([local, path]) => ({ local, path }))
  const modules: Statement[] = bindings.length === 0 ? [] : [{ kind: 'import', bindings, start: 0, end: 0 }]
  return { language: 'javascript', body: [...modules, ...body], locals: new Set([...lowering.scope.locals, ...lowering.required.keys()]) }
}
