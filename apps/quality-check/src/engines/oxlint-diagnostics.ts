import type { Diagnostic, Edit } from '../finding.ts'
import { briefly, oneLine } from '../finding.ts'
import { isInDoubt } from './oxlint-doubts.ts'

/** A diagnostic as the language server sends it. */
export interface ServerDiagnostic {
  readonly range: { readonly start: Position; readonly end: Position }
  readonly severity?: number
  readonly code?: string
  readonly message: string
  /** Added by `readFixes`. */
  readonly mended?: { readonly edits: readonly ServerEdit[]; readonly safely: boolean }
}

export interface ServerEdit {
  readonly range: { readonly start: Position; readonly end: Position }
  readonly newText: string
}

/** What the server offers to do to a text. */
export interface ServerAction {
  readonly title: string
  readonly kind?: string
  readonly isPreferred?: boolean
  readonly edit?: { readonly changes?: Readonly<Record<string, readonly ServerEdit[]>> }
}

interface Position {
  readonly line: number
  readonly character: number
}

// The second place of another diagnostic, told once more on its own.
const hint = 4

/** Translates what the server pushed for a text. Two of its rules say different things in different places, and get a name for each. */
export function readDiagnostics(text: string, diagnostics: readonly ServerDiagnostic[], extension: string): Diagnostic[] {
  const lines = text.split('\n')
  return diagnostics.filter((diagnostic) => diagnostic.severity !== hint && !isNamed(diagnostic, lines) && !isSpoken(diagnostic, lines)).map(({ range: { start, end }, code, message, mended }) => {
    const [what = '', ...help] = message.split(/\n(?:help|note): /)
    const rule = refine(ruleName(code ?? ''), what, (lines[start.line] ?? '').slice(0, start.character))
    return {
      engine: 'oxlint',
      rule,
      line: start.line + 1,
      column: start.character + 1,
      endLine: end.line + 1,
      endColumn: end.character + 1,
      message: oneLine(what),
      fix: briefly(help.join(' ')),
      ...(mended !== undefined && { edits: mended.edits.map(editOf), editsAreSafe: mended.safely }),
      ...(isInDoubt(rule, text, lines, { ...start, message: what }, extension) && { advice: true as const }),
    }
  })
}

const editOf = ({ range: { start, end }, newText }: ServerEdit): Edit => ({ line: start.line + 1, column: start.character + 1, endLine: end.line + 1, endColumn: end.character + 1, text: newText })

// So many are no edit that somebody waits for.
const mostMended = 200

/** Whether it is worth asking what mends a text: nothing does where it does not parse. */
export function hasFixes(diagnostics: readonly ServerDiagnostic[]): boolean {
  return diagnostics.length > 0 && diagnostics.length <= mostMended && diagnostics.every(({ code }) => code !== undefined)
}

// The engine's fixes that mend a wrong answer: they change what the code does.
const changing: ReadonlySet<string> = new Set(['eslint(use-isnan)', 'eslint(valid-typeof)', 'eslint(no-unsafe-negation)', 'eslint(no-compare-neg-zero)'])

const all = 'source.fixAll.oxc'
/** What the server is asked to offer: what mends each diagnostic, and what it would do unasked. */
export const actionKinds: readonly string[] = ['quickfix', all]

/**
 * Gives each diagnostic the edit that mends it. The server lists, for one diagnostic after the other, what mends it and then how to switch its rule
 * off; a list of any other form is not believed. Safe is what the server would do unasked.
 */
export function readFixes(uri: string, diagnostics: readonly ServerDiagnostic[], actions: readonly ServerAction[]): readonly ServerDiagnostic[] {
  const offered: ServerAction[][] = [[]]
  const safe: ServerAction[] = []
  for (const action of actions) {
    if (action.kind === all) safe.push(action)
    else if (/^Disable .+ for this whole file$/.test(action.title)) offered.push([])
    else if (action.isPreferred === true) offered.at(-1)?.push(action)
  }
  const told = diagnostics.filter(({ severity }) => severity !== hint)
  if (offered.length !== told.length + 1) return diagnostics
  const done = new Set(safe.flatMap((action) => editsOf(action, uri)).map((edit) => JSON.stringify(edit)))
  return diagnostics.map((diagnostic) => {
    const [action] = offered[told.indexOf(diagnostic)] ?? []
    const edits = action === undefined ? [] : editsOf(action, uri)
    if (edits.length === 0) return diagnostic
    return { ...diagnostic, mended: { edits, safely: !changing.has(diagnostic.code ?? '') && edits.every((edit) => done.has(JSON.stringify(edit))) } }
  })
}

const editsOf = ({ edit }: ServerAction, uri: string): readonly ServerEdit[] => edit?.changes?.[uri] ?? []

// Told as a comment that switches off every rule, where it names one of a plug-in's folder: "acme/names/match-regex".
function isNamed({ code, range: { start } }: ServerDiagnostic, lines: readonly string[]): boolean {
  return code === 'unicorn(no-abusive-eslint-disable)' && /^[^\w]*(eslint|oxlint)-disable(-next-line|-line)?[ \t]+@?[\w-]+(\/[\w-]+){2,}/.test((lines[start.line] ?? '').slice(start.character))
}

// Other libraries' expectations are whole sentences: expect(a).to.not.be(b).
function isSpoken({ code, message, range: { start, end } }: ServerDiagnostic, lines: readonly string[]): boolean {
  if (code !== 'vitest(valid-expect)' || !message.startsWith('Expect has an unknown modifier')) return false
  return /\)\s*\.(?:not\.)?to\b/.test([(lines[start.line] ?? '').slice(start.character), ...lines.slice(start.line + 1, end.line + 1)].join('\n'))
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
