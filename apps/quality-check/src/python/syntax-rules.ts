import { LineIndex } from '../engines/line-index.ts'
import { fixIn, toDiagnostic } from '../engines/reporting.ts'
import { walkFor } from '../engines/syntax-walk.ts'
import type { Diagnostic } from '../finding.ts'
import type { PythonContext, PythonRule, SyntaxRule } from '../rules/rule.ts'
import type { FileClass } from '../source-file.ts'
import { codeLinesOf, type CodeLines } from '../syntax/code-lines.ts'
import { type PythonComment, type PythonModule, type PythonNode, visitorKeys } from './ast.ts'
import { remarksOf } from './nodes.ts'

export interface ParsedModule {
  readonly module: PythonModule
  readonly comments: readonly PythonComment[]
  readonly text: string
  readonly extension: string
  readonly fileClass: FileClass
}

/** Combines rules into a function that runs them all in one traversal of a tree. */
export function pythonSyntaxChecker(rules: readonly (PythonRule | SyntaxRule)[]): (parsed: ParsedModule) => Diagnostic[] {
  const walk = walkFor<PythonNode, PythonContext>(visitorKeys, rules.map((rule) => (rule.kind === 'syntax' ? rule.python : rule.on)))
  return ({ module, comments, text, extension, fileClass }) => {
    const lines = new LineIndex(text)
    const ancestors: PythonNode[] = []
    const diagnostics: Diagnostic[] = []
    const textOf: PythonContext['textOf'] = ({ start, end }) => text.slice(start, end)
    let code: CodeLines | undefined
    const codeLines = () => (code ??= codeLinesOf(text, remarksOf(module, comments)))
    const contexts = rules.map((rule): PythonContext => {
      const report: PythonContext['report'] = (at, said = {}) => void diagnostics.push(toDiagnostic(rule, at, { ...fixIn('python', rule), ...said }, lines))
      return { module, comments, text, extension, fileClass, ancestors, textOf, codeLines, report }
    })
    walk(module, ancestors, contexts)
    return diagnostics
  }
}
