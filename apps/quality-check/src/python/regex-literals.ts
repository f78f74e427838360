import type { SyntaxRule } from '../rules/rule.ts'
import { backtracksForEver } from '../regexp/backtracking.ts'
import { regexCost, type RegexCost } from '../syntax/regex-cost.ts'
import { chainOf } from './nodes.ts'

const takesPattern = /^(re|regex)\.(compile|match|search|fullmatch|findall|finditer|sub|subn|split)$/

/** Visits the regular expressions that are literals in the first argument of re's functions. The finding is advice when no text is known that demonstrates it. */
export function onRegexOf(cost: RegexCost, message: (source: string) => string): SyntaxRule['python'] {
  return {
    Call(node, { report }) {
      const [pattern] = node.args
      if (pattern?.type !== 'Constant' || pattern.kind !== 'str' || !takesPattern.test(chainOf(node.func))) return
      const source = inJavaScript(pattern.value)
      if (source !== undefined && regexCost(source, 's') === cost) report(pattern, { message: message(pattern.value), ...(!backtracksForEver(source) && { advice: true }) })
    },
  }
}

/** The same expression in JavaScript's syntax; undefined when it has no equivalent. */
function inJavaScript(pattern: string): string | undefined {
  // Verbose mode, possessive quantifiers and atomic groups, conditionals.
  if (/\(\?[a-zA-Z]*x|\(\?>|\(\?\(|[*+?}]\+/.test(pattern)) return undefined
  return pattern
    .replace(/^\(\?[aiLmsu]+\)/, '')
    .replaceAll('(?P<', '(?<')
    .replace(/\(\?P=(\w+)\)/g, '\\k<$1>')
    .replaceAll('\\A', '^')
    .replaceAll('\\Z', '$')
}
