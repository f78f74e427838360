import type { Diagnostic } from '../finding.ts'
import { ruleFor } from '../rules/rule-table.ts'
import { neverAsked } from '../rules/ruff-settings.ts'
import type { FileClass } from '../source-file.ts'
import { commentsAt } from '../syntax/comments.ts'
import { isExplainedAbove, isReason } from '../syntax/reasons.ts'
import type { LineIndex } from './line-index.ts'
import { oxlintRuleNames } from './oxlint-diagnostics.ts'

interface Syntax {
  /** What every directive contains, if that is one word in one spelling: a text without it is not searched. */
  readonly word?: string
  /** Matches a directive: group 1 is the rules it names, group 2 the rest of the comment. */
  readonly directive: RegExp
  /** Whether a named rule belongs to security or root cause, so that its suppression needs a reason. */
  hidesVerdict(name: string): boolean
  /** Whether the suppressed finding may block: then the suppression blocks, too. Few rules of other tools are known to. */
  hidesBlocker?(name: string, fileClass: FileClass): boolean
  readonly fix: string
}

// Directives without any rule are the engines' own findings (PGH004, no-abusive-eslint-disable).
const javascript: Syntax = {
  word: 'lint-disable',
  directive: /(?:\/\/|\/\*)[ \t]*(?:eslint|oxlint)-disable(?:-next-line|-line)?[ \t]+([\w@/, \t-]*?)[ \t]*(?=--|\*\/|\r?$)(--[ \t]*[^\r\n*]*)?/gm,
  hidesVerdict: (name) => oxlintRuleNames(name).some((own) => isJudged(`oxlint/${own}`)),
  fix: 'Fix what the rule found, or say why it is switched off: "-- reason" after the rules.',
}
const python: Syntax = {
  directive: /#[ \t]*(?:(?:ruff|flake8)[ \t]*:[ \t]*)?noqa[ \t]*:[ \t]*([A-Z]+\d+(?:[, \t]+[A-Z]+\d+)*)([^\r\n]*)/gim,
  hidesVerdict: (name) => !neverAsked.has(name.toUpperCase()) && isJudged(`ruff/${name.toUpperCase()}`),
  fix: 'Fix what the rule found, or say why it is switched off in the same comment.',
}
const pythonRange: Syntax = { ...python, directive: /#[ \t]*ruff[ \t]*:[ \t]*(?:disable|ignore|file-ignore)[ \t]*\[([^\]\r\n]*)\]([^\r\n]*)/gim }

// Suppressions of tools that we do not run. Rules of security and hidden failures are recognised by their names.
const others: readonly (Syntax & { readonly extensions: RegExp })[] = [
  {
    extensions: /^\.[cm]?[jt]sx?$/,
    word: 'biome-ignore',
    directive: /(?:\/\/|\/\*)[ \t]*biome-ignore(?:-all|-start)?[ \t]+(lint(?:\/[\w/]+)?)[ \t]*:?[ \t]*(?:<explanation>)?([^\r\n*]*)/gm,
    hidesVerdict: (name) => /^lint(\/(security|suspicious|correctness)(\/\w+)?)?$/.test(name),
    fix: 'Fix what the rule found, or say why it is switched off after the colon.',
  },
  {
    extensions: /^\.pyw?$/,
    word: 'pylint',
    directive: /#[ \t]*pylint[ \t]*:[ \t]*(?:disable|disable-next|skip-file)[ \t]*=[ \t]*([\w-]+(?:[ \t]*,[ \t]*[\w-]+)*)([^\r\n]*)/gm,
    hidesVerdict: (name) => /^(all|bare-except|W0702|exec-used|W0122|eval-used|W0123|lost-exception|W0150|subprocess-run-check|W1510|return-in-finally)$/.test(name),
    fix: 'Fix what the rule found, or say why it is switched off in the same comment.',
  },
  {
    extensions: /^\.pyw?$/,
    word: 'nosec',
    directive: /#[ \t]*(nosec)\b(?:[ \t]*:?[ \t]*B\d+(?:[, \t]+B\d+)*)?([^\r\n]*)/gm,
    hidesVerdict: () => true,
    fix: 'Fix what was found, or say why it is harmless in the same comment.',
  },
  {
    extensions: /^\.go$/,
    directive: /\/\/[ \t]*(?:nolint[ \t]*:[ \t]*|#)((?:nosec|[\w-]+)(?:,[\w-]+)*)\b(?:[ \t]*G\d+)*([^\r\n]*)/gm,
    hidesVerdict: (name) => /^(all|gosec|errcheck|nosec|staticcheck|nilerr)$/.test(name),
    // nilerr: an error that is not returned.
    hidesBlocker: (name, fileClass) => name === 'nilerr' && fileClass !== 'test',
    fix: 'Fix what was found, or say why it is harmless in the same comment.',
  },
]

/** Finds comments that disable a rule of security or root cause without a reason. Each would hide a finding from the gate. */
export function findUnexplainedSuppressions(text: string, extension: string, fileClass: FileClass, lines: LineIndex): Diagnostic[] {
  const isComment = commentsAt(text, { extension, bareName: '' })
  return syntaxesOf(extension).filter(({ word = '' }) => text.includes(word)).flatMap(({ directive, hidesVerdict, hidesBlocker, fix }) =>
    [...text.matchAll(directive)].flatMap((match) => {
      const [whole, names = '', reason = ''] = match
      const judged = names.split(/[\s,]+/).filter((name) => name !== '' && hidesVerdict(name))
      if (judged.length === 0 || isReason(reason) || !isComment(match.index) || isExplainedAbove(text, match.index)) return []
      return [{ engine: 'elder', rule: 'unexplained-suppression', ...lines.range(match.index, match.index + whole.trimEnd().length), message: `switches off ${judged.join(', ')} without a reason`, fix, ...(!judged.some((name) => hidesBlocker?.(name, fileClass)) && { advice: true }) }]
    }),
  )
}

function syntaxesOf(extension: string): Syntax[] {
  const more = others.filter(({ extensions }) => extensions.test(extension))
  if (/^\.[cm]?[jt]sx?$/.test(extension)) return [javascript, ...more]
  return /^\.pyw?$/.test(extension) ? [python, pythonRange, ...more] : more
}

function isJudged(rule: string): boolean {
  const { category, severity } = ruleFor(rule)
  return severity !== 'note' && (category === 'root_cause' || category === 'security')
}
