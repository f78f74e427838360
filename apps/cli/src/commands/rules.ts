import { CommandError, defineCommand, usageError, type Context } from '../command.ts'
import { withEdge } from '../credentials.ts'
import { nearest } from '../nearest.ts'
import { fetchRules, type RuleDescription } from '../rules.ts'

export const command = defineCommand({
  usage: 'rules [ID] [--json]',
  about: 'Lists the rules of the gate, or explains one: what is wrong, why, and an example of the fix.',
  options: { json: { type: 'boolean', help: 'print JSON' } },
  async run({ values, positionals: [id, surplus] }, context) {
    if (surplus !== undefined) throw usageError('rules takes one ID')
    const { terminal } = context
    const rules = await withEdge(context, fetchRules)
    const chosen = id === undefined ? rules : [oneOf(rules, id)]
    if (values.json) terminal.json({ items: chosen })
    else if (id !== undefined) for (const rule of chosen) show(rule, terminal)
    else terminal.table(['rule', 'criterion', 'severity', 'blocks', 'CWE', 'title'], chosen.map((each) => [each.rule, each.category, each.severity, blocksIn(each), each.cwe ?? '', each.title]))
    return 0
  },
})

/** "elder/sql-injection", or "sql-injection" when no other engine has a rule of that name. */
function oneOf(rules: readonly RuleDescription[], id: string): RuleDescription {
  const exact = rules.find(({ rule }) => rule === id)
  const short = rules.filter(({ rule }) => rule.slice(rule.indexOf('/') + 1) === id)
  if (exact ?? short.length === 1) return (exact ?? short[0]) as RuleDescription
  const engine = id.slice(0, id.indexOf('/'))
  const other = rules.find(({ rule }) => rule === `${engine}/*`)
  if (other) return named(other, id.slice(engine.length + 1))
  const near = nearest(id, rules.map(({ rule }) => rule)) ?? nearest(`elder/${id}`, rules.map(({ rule }) => rule))
  throw new CommandError(`there is no rule ${id}`, { fix: near === undefined ? 'elder rules lists them all' : `did you mean: elder rules ${near}` })
}

/** The description that an engine's unlisted rules share, applied to one of them. */
function named(other: RuleDescription, name: string): RuleDescription {
  const { rule, why } = other
  return { ...other, rule: rule.replace('*', name), title: name, ...(why !== undefined && { why: why.replace('*', name) }) }
}

function blocksIn({ blocks, languages, newCodeOnlyLanguages = [] }: RuleDescription): string {
  if (!blocks) return ''
  if (newCodeOnlyLanguages.length === 0) return 'yes'
  return newCodeOnlyLanguages.length === languages.length ? 'new code' : `new code in ${newCodeOnlyLanguages.join(', ')}`
}

function show(rule: RuleDescription, { print, style }: Context['terminal']): void {
  const { title, why, fix, category, severity, blocks, newCodeOnlyLanguages = [], cwe, securitySeverity, confidence, languages, badExample, goodExample } = rule
  const facts = [
    `${severity}, counts for ${category}${blocks ? ', fails it by itself' : ''}`,
    ...(newCodeOnlyLanguages.length > 0 ? [`advises in elder check --all without --base or --baseline (${newCodeOnlyLanguages.join(', ')})`] : []),
    ...(cwe === undefined ? [] : [cwe]),
    ...(securitySeverity === undefined ? [] : [`security severity ${securitySeverity.toFixed(1)}`]),
    ...(confidence === undefined ? [] : [`confidence ${confidence}`]),
    ...(languages.length > 0 ? [languages.join(', ')] : []),
  ]
  print(`${style('bold', rule.rule)}  ${title}\n${style('dim', facts.join(' · '))}`)
  if (why !== undefined) print(`\n${why}`)
  if (fix !== undefined) print(`\nFix: ${fix}`)
  for (const [name, example] of [['Found', badExample], ['Left alone', goodExample]] as const) {
    if (example !== undefined) print(`\n${style('bold', name)}\n${example.trimEnd().split('\n').map((line) => `    ${line}`).join('\n')}`)
  }
}
