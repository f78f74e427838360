import bash from '@ast-grep/lang-bash'
import go from '@ast-grep/lang-go'
import java from '@ast-grep/lang-java'
import rust from '@ast-grep/lang-rust'
import sql from '@ast-grep/lang-sql'
import yaml from '@ast-grep/lang-yaml'
import { parse, registerDynamicLanguage, type NapiConfig, type SgNode } from '@ast-grep/napi'
import { rules } from '../../gen/rules.ts'
import type { Diagnostic } from '../finding.ts'
import type { PatternRule } from '../rules/rule.ts'
import type { Language } from '../source-file.ts'
import { LineIndex } from './line-index.ts'
import { toDiagnostic } from './reporting.ts'
import type { WorkerTask } from './worker-pool.ts'

type PatternLanguage = keyof PatternRule['rules']

registerDynamicLanguage({ bash, go, java, rust, sql, yaml })
const grammars: Readonly<Record<PatternLanguage, string>> = { go: 'go', java: 'java', rust: 'rust', shell: 'bash', yaml: 'yaml', sql: 'sql' }

interface Search {
  /** Finds what any of the rules matches: one walk, not one a rule. */
  readonly all: NapiConfig
  readonly each: readonly { readonly rule: PatternRule; readonly own: NapiConfig }[]
}

const searches = new Map<PatternLanguage, Search>()
const patternRules = rules.filter((rule) => rule.kind === 'pattern')

/** Our rules over the syntax of languages that have no engine of their own. */
export function checkPatterns({ text, language }: WorkerTask): Diagnostic[] {
  if (!isPatternLanguage(language)) return []
  const { all, each } = searchIn(language)
  const lines = new LineIndex(text)
  return parse(grammars[language], text)
    .root()
    .findAll(all)
    .flatMap((node) => each.flatMap(({ rule, own }) => judge(node, rule, own, lines)))
}

function judge(node: SgNode, rule: PatternRule, own: NapiConfig, lines: LineIndex): Diagnostic[] {
  if (!node.matches(own)) return []
  if (rule.accepts !== undefined && !rule.accepts({ text: node.text(), variable: (name) => node.getMatch(name)?.text() })) return []
  const { start, end } = node.range()
  return [toDiagnostic(rule, { start: start.index, end: end.index }, {}, lines)]
}

function isPatternLanguage(language: Language | undefined): language is PatternLanguage {
  return language !== undefined && language in grammars
}

function searchIn(language: PatternLanguage): Search {
  const known = searches.get(language)
  if (known !== undefined) return known
  const each = patternRules.flatMap((rule) => {
    const own = rule.rules[language]
    return own === undefined ? [] : [{ rule, own: { rule: own } }]
  })
  const search = { all: { rule: { any: each.map(({ own }) => own.rule) } }, each }
  searches.set(language, search)
  return search
}
