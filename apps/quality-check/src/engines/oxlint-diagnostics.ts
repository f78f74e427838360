import type { Diagnostic } from '../finding.ts'
import { briefly, oneLine } from '../finding.ts'

/** A diagnostic as the language server sends it. */
export interface ServerDiagnostic {
  readonly range: { readonly start: Position; readonly end: Position }
  readonly severity?: number
  readonly code?: string
  readonly message: string
}

interface Position {
  readonly line: number
  readonly character: number
}

// The second place of another diagnostic, told once more on its own.
const hint = 4

/** Translates what the server pushed for a text. Two of its rules say different things in different places, and get a name for each. */
export function readDiagnostics(text: string, diagnostics: readonly ServerDiagnostic[]): Diagnostic[] {
  const lines = text.split('\n')
  return diagnostics.filter((diagnostic) => diagnostic.severity !== hint && !isNamed(diagnostic, lines)).map(({ range: { start, end }, code, message }) => {
    const [what = '', ...help] = message.split(/\n(?:help|note): /)
    return {
      engine: 'oxlint',
      rule: refine(ruleName(code ?? ''), what, (lines[start.line] ?? '').slice(0, start.character)),
      line: start.line + 1,
      column: start.character + 1,
      endLine: end.line + 1,
      endColumn: end.character + 1,
      message: oneLine(what),
      fix: briefly(help.join(' ')),
    }
  })
}

// Told as a comment that switches off every rule, where it names one of a plug-in's folder: "acme/names/match-regex".
function isNamed({ code, range: { start } }: ServerDiagnostic, lines: readonly string[]): boolean {
  return code === 'unicorn(no-abusive-eslint-disable)' && /^[^\w]*(eslint|oxlint)-disable(-next-line|-line)?[ \t]+@?[\w-]+(\/[\w-]+){2,}/.test((lines[start.line] ?? '').slice(start.character))
}

// "eslint(no-eval)", "vitest(no-focused-tests)", and nothing for a text that does not parse.
function ruleName(code: string): string {
  const parts = /^([\w-]+)\(([\w/-]+)\)$/.exec(code)
  if (parts === null) return 'syntax-error'
  const [, plugin = '', rule = ''] = parts
  return plugin === 'eslint' ? rule : `${plugin.replace(/^(eslint-plugin-|typescript-)/, '')}/${rule}`
}

function refine(rule: string, message: string, before: string): string {
  if (rule === 'no-empty' && /\bcatch\s*(\([^()]*\)\s*)?$/.test(before)) return 'empty-catch'
  if (rule === 'no-empty-function' && /\.catch\(\s*(async\s*)?(function\s*)?(\([^()]*\)|[\w$]+)\s*(=>\s*)?$/.test(before)) return 'empty-promise-catch'
  if (rule === 'no-unused-vars' && message.startsWith('Catch parameter')) return 'unused-catch-parameter'
  return rule
}

/** Our names of the rule that a comment in the code calls by one of its usual names. */
export function oxlintRuleNames(name: string): string[] {
  const own = name
    .replace(/^eslint\//, '')
    .replace(/^@typescript-eslint\//, 'typescript/')
    .replace(/^jest\//, 'vitest/')
  if (own === 'no-empty') return [own, 'empty-catch']
  return own === 'no-empty-function' ? [own, 'empty-promise-catch'] : [own]
}
