import type { Node, Program } from '@oxc-project/types'
import { visitorKeys } from 'oxc-parser'
import type { Diagnostic } from '../finding.ts'
import type { FileClass } from '../source-file.ts'
import type { JavaScriptContext, JavaScriptRule, SyntaxRule, Visitor } from '../rules/rule.ts'
import { LineIndex } from '../engines/line-index.ts'
import { toDiagnostic } from '../engines/reporting.ts'

type Handler = (node: Node, context: JavaScriptContext) => void

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
  const handlers = new Map<string, [Handler, JavaScriptContext][]>()
  for (const rule of rules) {
    const context: JavaScriptContext = { program, comments, text, extension, fileClass, ancestors, textOf, report: (at, report = {}) => void diagnostics.push(toDiagnostic(rule, at, report, lines)) }
    const visitor: Visitor<Node, JavaScriptContext> = rule.kind === 'syntax' ? rule.javascript : rule.on
    for (const [type, handler] of Object.entries(visitor)) handlers.set(type, [...(handlers.get(type) ?? []), [handler as Handler, context]])
  }

  function walk(node: Node): void {
    for (const [handle, context] of handlers.get(node.type) ?? []) handle(node, context)
    ancestors.push(node)
    for (const key of visitorKeys[node.type] ?? []) {
      const child = (node as unknown as Record<string, Node | (Node | null)[] | null | undefined>)[key]
      for (const each of Array.isArray(child) ? child : [child]) if (each != null) walk(each)
    }
    ancestors.pop()
  }

  walk(program)
  return diagnostics
}
