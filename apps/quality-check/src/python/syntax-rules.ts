import type { Diagnostic } from '../finding.ts'
import { LineIndex } from '../engines/line-index.ts'
import { toDiagnostic } from '../engines/reporting.ts'
import { type Visit, walkOnce } from '../engines/syntax-walk.ts'
import type { PythonContext, PythonRule, SyntaxRule } from '../rules/rule.ts'
import type { FileClass } from '../source-file.ts'
import { type PythonComment, type PythonModule, type PythonNode, visitorKeys } from './ast.ts'

export interface ParsedModule {
  readonly module: PythonModule
  readonly comments: readonly PythonComment[]
  readonly text: string
  readonly extension: string
  readonly fileClass: FileClass
}

/** Runs rules over a tree, all in one walk. */
export function checkPythonSyntax({ module, comments, text, extension, fileClass }: ParsedModule, rules: readonly (PythonRule | SyntaxRule)[]): Diagnostic[] {
  const lines = new LineIndex(text)
  const ancestors: PythonNode[] = []
  const diagnostics: Diagnostic[] = []
  const textOf: PythonContext['textOf'] = ({ start, end }) => text.slice(start, end)
  const visits = rules.map((rule): Visit<PythonNode, PythonContext> => {
    const report: PythonContext['report'] = (at, said = {}) => void diagnostics.push(toDiagnostic(rule, at, said, lines))
    return { visitor: rule.kind === 'syntax' ? rule.python : rule.on, context: { module, comments, text, extension, fileClass, ancestors, textOf, report } }
  })
  walkOnce(module, visitorKeys, ancestors, visits)
  return diagnostics
}
