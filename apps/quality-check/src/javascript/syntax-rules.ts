import type { Node, Program } from '@oxc-project/types'
import { visitorKeys } from 'oxc-parser'
import type { Diagnostic } from '../finding.ts'
import type { FileClass } from '../source-file.ts'
import type { JavaScriptContext, JavaScriptRule, SyntaxRule } from '../rules/rule.ts'
import { LineIndex } from '../engines/line-index.ts'
import { toDiagnostic } from '../engines/reporting.ts'
import { type Visit, walkOnce } from '../engines/syntax-walk.ts'

export interface ParsedProgram {
  readonly program: Program
  readonly comments: JavaScriptContext['comments']
  readonly text: string
  readonly extension: string
  readonly fileClass: FileClass
}

/** Runs rules over a tree, all in one walk. */
export function checkSyntax({ program, comments, text, extension, fileClass }: ParsedProgram, rules: readonly (JavaScriptRule | SyntaxRule)[]): Diagnostic[] {
  const lines = new LineIndex(text)
  const ancestors: Node[] = []
  const diagnostics: Diagnostic[] = []
  const textOf: JavaScriptContext['textOf'] = ({ start, end }) => text.slice(start, end)
  const visits = rules.map((rule): Visit<Node, JavaScriptContext> => {
    const report: JavaScriptContext['report'] = (at, said = {}) => void diagnostics.push(toDiagnostic(rule, at, said, lines))
    return { visitor: rule.kind === 'syntax' ? rule.javascript : rule.on, context: { program, comments, text, extension, fileClass, ancestors, textOf, report } }
  })
  walkOnce(program, visitorKeys, ancestors, visits)
  return diagnostics
}
