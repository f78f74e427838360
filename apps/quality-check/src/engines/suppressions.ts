import type { Diagnostic } from '../finding.ts'
import { ruleFor } from '../rules/rule-table.ts'
import type { LineIndex } from './line-index.ts'
import { oxlintRuleNames } from './oxlint-diagnostics.ts'

interface Syntax {
  /** Finds a directive: group 1 the rules it names, group 2 the rest of the comment. */
  readonly directive: RegExp
  readonly engine: 'oxlint' | 'ruff'
  readonly fix: string
}

// Directives without any rule are the engines' own findings (PGH004, no-abusive-eslint-disable).
const javascript: Syntax = {
  directive: /(?:\/\/|\/\*)[ \t]*(?:eslint|oxlint)-disable(?:-next-line|-line)?[ \t]+([\w@/, \t-]*?)[ \t]*(?=--|\*\/|\r?$)(--[ \t]*[^\r\n*]*)?/gm,
  engine: 'oxlint',
  fix: 'Mend what the rule found, or say why it is switched off: "-- reason" after the rules.',
}
const python: Syntax = {
  directive: /#[ \t]*(?:(?:ruff|flake8)[ \t]*:[ \t]*)?noqa[ \t]*:[ \t]*([A-Z]+\d+(?:[, \t]+[A-Z]+\d+)*)([^\r\n]*)/gim,
  engine: 'ruff',
  fix: 'Mend what the rule found, or say why it is switched off in the same comment.',
}
const pythonRange: Syntax = { ...python, directive: /#[ \t]*ruff[ \t]*:[ \t]*(?:disable|ignore|file-ignore)[ \t]*\[([^\]\r\n]*)\]([^\r\n]*)/gim }

const shortestReason = 10

/** Whether what follows a suppression in its comment says why. */
export function isReason(text: string): boolean {
  return text.replace(/^[\s#:-]+/, '').trim().length >= shortestReason
}

/** Comments that switch off a rule of the security or root-cause class without saying why. Each would hide a finding from the gate. */
export function findUnexplainedSuppressions(text: string, extension: string, lines: LineIndex): Diagnostic[] {
  return syntaxesOf(extension).flatMap(({ directive, engine, fix }) =>
    [...text.matchAll(directive)].flatMap((match) => {
      const [whole, names = '', reason = ''] = match
      const judged = names.split(/[\s,]+/).filter((name) => name !== '' && hidesVerdict(engine, name))
      if (judged.length === 0 || isReason(reason)) return []
      return [{ engine: 'elder', rule: 'unexplained-suppression', ...lines.range(match.index, match.index + whole.trimEnd().length), message: `switches off ${judged.join(', ')} without a reason`, fix }]
    }),
  )
}

function syntaxesOf(extension: string): Syntax[] {
  if (/^\.[cm]?[jt]sx?$/.test(extension)) return [javascript]
  return /^\.pyw?$/.test(extension) ? [python, pythonRange] : []
}

function hidesVerdict(engine: 'oxlint' | 'ruff', name: string): boolean {
  const names = engine === 'ruff' ? [name.toUpperCase()] : oxlintRuleNames(name)
  return names.map((own) => ruleFor(`${engine}/${own}`)).some(({ category, severity }) => severity !== 'note' && (category === 'root_cause' || category === 'security'))
}
