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

/** A code action. */
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

// DiagnosticSeverity.Hint: the server sends a diagnostic's related location once more on its own.
const hint = 4

/** Converts the server's diagnostics. Some of its rules report different problems under one name; we give each its own. */
export function readDiagnostics(text: string, diagnostics: readonly ServerDiagnostic[], extension: string): Diagnostic[] {
  const lines = text.split('\n')
  return diagnostics.filter((diagnostic) => diagnostic.severity !== hint && !namesPluginRule(diagnostic, lines) && !isOtherLibrarysExpect(diagnostic, lines) && !isCleanUp(diagnostic, lines)).map(({ range: { start, end }, code, message, mended }) => {
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

// With more diagnostics than this, asking for fixes would delay the check too much.
const maxFixed = 200

/** Whether to ask for fixes. There are none for a text that does not parse. */
export function hasFixes(diagnostics: readonly ServerDiagnostic[]): boolean {
  return diagnostics.length > 0 && diagnostics.length <= maxFixed && diagnostics.every(({ code }) => code !== undefined)
}

// Rules whose fixes change what the code does, because what it does is wrong.
const behaviourChanging: ReadonlySet<string> = new Set(['eslint(use-isnan)', 'eslint(valid-typeof)', 'eslint(no-unsafe-negation)', 'eslint(no-compare-neg-zero)'])

const all = 'source.fixAll.oxc'
/** The kinds of code actions to request: a fix for each diagnostic, and the fixes that the engine applies by itself. */
export const actionKinds: readonly string[] = ['quickfix', all]

/**
 * Adds to each diagnostic the edit that fixes it. The server lists the actions in the order of the diagnostics: first the fix, then those that disable the rule.
 * A list of any other form is ignored. A fix is safe when the server would apply it by itself.
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
    return { ...diagnostic, mended: { edits, safely: !behaviourChanging.has(diagnostic.code ?? '') && edits.every((edit) => done.has(JSON.stringify(edit))) } }
  })
}

const editsOf = ({ edit }: ServerAction, uri: string): readonly ServerEdit[] => edit?.changes?.[uri] ?? []

// oxlint takes a comment for one that disables every rule when it names a rule in a plug-in's folder: "acme/names/match-regex".
function namesPluginRule({ code, range: { start } }: ServerDiagnostic, lines: readonly string[]): boolean {
  return code === 'unicorn(no-abusive-eslint-disable)' && /^[^\w]*(eslint|oxlint)-disable(-next-line|-line)?[ \t]+@?[\w-]+(\/[\w-]+){2,}/.test((lines[start.line] ?? '').slice(start.character))
}

// Assertion libraries other than vitest have chains that read like sentences: expect(a).to.not.be(b).
function isOtherLibrarysExpect({ code, message, range: { start, end } }: ServerDiagnostic, lines: readonly string[]): boolean {
  if (code !== 'vitest(valid-expect)' || !message.startsWith('Expect has an unknown modifier')) return false
  return /\)\s*\.(?:not\.)?to\b/.test([(lines[start.line] ?? '').slice(start.character), ...lines.slice(start.line + 1, end.line + 1)].join('\n'))
}

// What is given back or taken away again: nothing is left to be done when that fails.
const cleanUp = /^(?:unlink|rm|rmdir|close|end|destroy|release|dispose|disconnect|quit|abort|cancel|kill|terminate|rollback)$/

/** `await unlink(path).catch(() => {})` */
function isCleanUp({ code, range: { start } }: ServerDiagnostic, lines: readonly string[]): boolean {
  if (code !== 'eslint(no-empty-function)') return false
  const [, tried = ''] = /(\w+)\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)\s*\.catch\([^{}]*$/.exec((lines[start.line] ?? '').slice(0, start.character)) ?? []
  return cleanUp.test(tried)
}

// "eslint(no-eval)", "vitest(no-focused-tests)"; a syntax error has no code.
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

/** Our names for a rule that a comment names in one of the usual forms. */
export function oxlintRuleNames(name: string): string[] {
  const own = name
    .replace(/^eslint\//, '')
    .replace(/^@typescript-eslint\//, 'typescript/')
    .replace(/^jest\//, 'vitest/')
  if (own === 'no-empty') return [own, 'empty-catch']
  return own === 'no-empty-function' ? [own, 'empty-promise-catch'] : [own]
}
