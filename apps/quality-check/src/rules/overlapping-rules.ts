import { severities } from '../finding.ts'
import type { Seen } from '../fingerprint.ts'
import { ruleFor } from './rule-table.ts'

const swallowing = ['oxlint/empty-catch', 'ruff/S110', 'ruff/S112', 'elder/swallowed-exception']
const formats = ['elder/provider-token', 'elder/connection-string', 'elder/private-key']
const passwords = ['elder/hard-coded-credentials', 'elder/hardcoded-password', ...formats]

/** For a rule, the rules that report the same problem on a line more precisely, because they know where the data comes from or how the error is handled. */
const supersededBy: Readonly<Record<string, readonly string[]>> = {
  'oxlint/no-eval': ['elder/code-injection'],
  'oxlint/no-implied-eval': ['elder/code-injection'],
  'oxlint/no-new-func': ['elder/code-injection'],
  'oxlint/unicorn/require-post-message-target-origin': ['elder/postmessage-any-origin'],
  'oxlint/react/jsx-no-script-url': ['elder/cross-site-scripting'],
  'elder/dynamic-require': ['elder/code-injection'],
  'elder/format-string': ['elder/log-injection'],
  'oxlint/react/no-danger': ['elder/cross-site-scripting', 'elder/fetched-markup'],
  'oxlint/unused-catch-parameter': swallowing,
  'oxlint/empty-catch': ['elder/swallowed-exception'],
  'oxlint/empty-promise-catch': ['elder/swallowed-rejection', 'elder/swallowed-exception'],
  'elder/self-admitted-debt': ['elder/sleep-against-race', 'elder/test-special-case'],
  'elder/commented-out-code': ['elder/assertion-commented-out'],
  'elder/test-without-assertion': ['elder/assertion-commented-out'],
  'elder/disabled-tls-verification': ['elder/unverified-peer'],
  'ruff/S108': ['elder/shared-temporary-file'],
  'elder/query-in-loop': ['elder/query-per-row'],
  'ruff/PLW0129': ['elder/assertion-cannot-fail'],
  'ruff/E722': swallowing,
  'ruff/S110': ['elder/swallowed-exception'],
  'ruff/S112': ['elder/swallowed-exception'],
  'ruff/S102': ['elder/code-injection'],
  'elder/failure-swallowed': ['elder/decisive-failure-swallowed'],
  'elder/download-piped-to-shell': ['elder/unchecked-download-run'],
  'elder/remote-login-unchecked': ['elder/unchecked-download-run'],
  'ruff/S201': ['elder/debugger-on-network'],
  'ruff/S202': ['elder/path-traversal'],
  'ruff/S301': ['elder/unsafe-deserialization'],
  'ruff/S302': ['elder/unsafe-deserialization'],
  'ruff/S307': ['elder/code-injection'],
  'ruff/S308': ['elder/cross-site-scripting'],
  'ruff/S310': ['elder/ssrf'],
  'ruff/S324': ['elder/weak-hash'],
  'ruff/S501': ['elder/disabled-tls-verification'],
  'ruff/S505': ['elder/weak-cipher'],
  'ruff/S506': ['elder/unsafe-deserialization'],
  'ruff/S602': ['elder/command-injection'],
  'ruff/S604': ['elder/command-injection'],
  'ruff/S605': ['elder/command-injection'],
  'ruff/S610': ['elder/sql-injection'],
  'ruff/S611': ['elder/sql-injection'],
  'ruff/S701': ['elder/template-injection', 'elder/cross-site-scripting'],
  'ruff/S702': ['elder/template-injection', 'elder/cross-site-scripting'],
  'ruff/S704': ['elder/cross-site-scripting'],
  'ruff/shell-of-constant': ['elder/command-injection'],
  'elder/generic-credential': passwords,
  'elder/hardcoded-password': ['elder/hard-coded-credentials'],
  'elder/hard-coded-credentials': formats,
}
const superseding = new Set(Object.values(supersededBy).flat())

const nameOf = ({ engine, rule }: Seen) => `${engine}/${rule}`
// Of two that are as severe, what fails a new line alone is less sure.
const rankOf = (seen: Seen): number => severities.indexOf(seen.advice === true ? 'note' : ruleFor(nameOf(seen)).severity) + (seen.advice === 'unless_new' ? 0.5 : 0)

/** Whether another engine may still report the same more precisely or with more certainty. Such a diagnostic is not published before all engines are done. */
export function mayBeSuperseded(seen: Seen): boolean {
  if (seen.clears === true) return true
  const name = nameOf(seen)
  return name in supersededBy || (seen.advice !== undefined && superseding.has(name))
}

/** Of two diagnostics about the same problem on a line, keeps the more precise one, unless the other is more severe. Drops those that a more precise rule proves harmless (`clears`). */
export function withoutSuperseded(all: readonly Seen[]): Seen[] {
  const byRuleAndLine = new Map(all.filter((seen) => superseding.has(nameOf(seen))).map((seen) => [`${nameOf(seen)} ${seen.line}`, seen]))
  const dropped = new Set<Seen>()
  for (const seen of all) {
    const rival = supersededBy[nameOf(seen)]?.map((name) => byRuleAndLine.get(`${name} ${seen.line}`)).find((each) => each !== undefined)
    if (seen.clears === true || rival?.clears === true) dropped.add(seen)
    else if (rival !== undefined) dropped.add(rankOf(seen) < rankOf(rival) ? rival : seen)
  }
  return all.filter((seen) => !dropped.has(seen))
}
