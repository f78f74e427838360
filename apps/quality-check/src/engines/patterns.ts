import bash from '@ast-grep/lang-bash'
import go from '@ast-grep/lang-go'
import java from '@ast-grep/lang-java'
import rust from '@ast-grep/lang-rust'
import sql from '@ast-grep/lang-sql'
import yaml from '@ast-grep/lang-yaml'
import { parse, registerDynamicLanguage } from '@ast-grep/napi'
import { rules } from '../../gen/rules.ts'
import type { Diagnostic } from '../finding.ts'
import type { PatternRule } from '../rules/rule.ts'
import type { Language } from '../source-file.ts'
import { LineIndex } from './line-index.ts'
import { mostPatternBrackets, refuseDeepNesting, Refusal } from './nesting.ts'
import { kindsOf, matches, SyntaxTree, type SyntaxNode, type SyntaxPattern } from './pattern-matcher.ts'
import { toDiagnostic } from './reporting.ts'
import type { WorkerTask } from './worker-pool.ts'

type PatternLanguage = keyof PatternRule['rules']

registerDynamicLanguage({ bash, go, java, rust, sql, yaml })
const grammars: Readonly<Record<PatternLanguage, string>> = { go: 'go', java: 'java', rust: 'rust', shell: 'bash', yaml: 'yaml', sql: 'sql' }

interface Search {
  /** Of every kind that a rule begins with. */
  readonly kinds: readonly string[]
  readonly byKind: ReadonlyMap<string, readonly { readonly rule: PatternRule; readonly pattern: SyntaxPattern }[]>
}

const searches = new Map<PatternLanguage, Search>()
const patternRules = rules.filter((rule) => rule.kind === 'pattern')

/** Our rules over the syntax of languages that have no engine of their own: one walk for all of them. */
export function checkPatterns({ text, language }: WorkerTask): Diagnostic[] {
  if (!isPatternLanguage(language)) return []
  refuseDeepNesting(text, mostPatternBrackets)
  const { kinds, byKind } = searchIn(language)
  const lines = new LineIndex(text)
  if (language === 'yaml' && deepestBlock(text) > mostBlocks) throw new Refusal(`blocks are nested more than ${mostBlocks} deep: split the file, or exclude it in elder.yaml`)
  const tree = new SyntaxTree(parse(grammars[language], text).root(), text)
  return tree.nodesOf(kinds).flatMap((node) =>
    (byKind.get(node.kind) ?? []).flatMap(({ rule, pattern }) => (matches(node, pattern) && (rule.accepts === undefined || rule.accepts(node.text)) ? [toDiagnostic(rule, placeOf(node), isInDoubt(rule, language, node) ? { advice: true } : {}, lines)] : [])),
  )
}

function isInDoubt({ doubts }: PatternRule, language: PatternLanguage, node: SyntaxNode): boolean {
  const doubt = doubts?.[language]
  return doubt !== undefined && matches(node, doubt)
}

const mostBlocks = 100

/** At most how many blocks of YAML stand in each other. Its parser ends the whole process, not just the thread, where there are more than 250. */
function deepestBlock(text: string): number {
  const indents: number[] = []
  let deepest = 0
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start)
    const end = newline === -1 ? text.length : newline
    let at = start
    let marks = 0
    for (; at < end && (text[at] === ' ' || text[at] === '-' || text[at] === '?' || text[at] === ':' || text[at] === '\t'); at++) if (text[at] !== ' ') marks++
    const indent = at - start
    if (at < end || marks > 0) {
      while ((indents.at(-1) ?? -1) >= indent) indents.pop()
      indents.push(indent)
      deepest = Math.max(deepest, indents.length + marks)
    }
    start = end + 1
  }
  return deepest
}

const longestPlace = 400

// Of something long, its first line.
function placeOf({ range: { start, end }, text }: SyntaxNode): { start: number; end: number } {
  const newline = text.indexOf('\n')
  return { start, end: end - start <= longestPlace || newline === -1 ? end : start + newline }
}

function isPatternLanguage(language: Language | undefined): language is PatternLanguage {
  return language !== undefined && language in grammars
}

function searchIn(language: PatternLanguage): Search {
  const known = searches.get(language)
  if (known !== undefined) return known
  const byKind = new Map<string, { rule: PatternRule; pattern: SyntaxPattern }[]>()
  for (const rule of patternRules) {
    const pattern = rule.rules[language]
    for (const kind of new Set(pattern === undefined ? [] : kindsOf(pattern))) byKind.set(kind, [...(byKind.get(kind) ?? []), { rule, pattern: pattern as SyntaxPattern }])
  }
  const search = { kinds: [...byKind.keys()], byKind }
  searches.set(language, search)
  return search
}
