import type { Node, Program } from '@oxc-project/types'
import { visitorKeys } from 'oxc-parser'
import { LineIndex } from '../engines/line-index.ts'
import { toDiagnostic } from '../engines/reporting.ts'
import { walkFor } from '../engines/syntax-walk.ts'
import type { Diagnostic } from '../finding.ts'
import type { JavaScriptContext, JavaScriptRule, SyntaxRule } from '../rules/rule.ts'
import type { FileClass } from '../source-file.ts'
import { codeLinesOf, type CodeLines } from '../syntax/code-lines.ts'

export interface ParsedProgram {
  readonly program: Program
  readonly comments: JavaScriptContext['comments']
  readonly text: string
  readonly extension: string
  readonly fileClass: FileClass
}

/** Combines rules into a function that runs them all in one traversal of a tree. */
export function syntaxChecker(rules: readonly (JavaScriptRule | SyntaxRule)[]): (parsed: ParsedProgram) => Diagnostic[] {
  const walk = walkFor<Node, JavaScriptContext>(visitorKeys, rules.map((rule) => (rule.kind === 'syntax' ? rule.javascript : rule.on)))
  return ({ program, comments, text, extension, fileClass }) => {
    const lines = new LineIndex(text)
    const ancestors: Node[] = []
    const diagnostics: Diagnostic[] = []
    const textOf: JavaScriptContext['textOf'] = ({ start, end }) => text.slice(start, end)
    let code: CodeLines | undefined
    const codeLines = () => (code ??= codeLinesOf(text, comments))
    const contexts = rules.map((rule): JavaScriptContext => {
      const report: JavaScriptContext['report'] = (at, said = {}) => void diagnostics.push(toDiagnostic(rule, at, said, lines))
      return { program, comments, text, extension, fileClass, ancestors, textOf, codeLines, report }
    })
    walk(program, ancestors, contexts)
    return diagnostics
  }
}
