import { backtracksForEver } from '../regexp/backtracking.ts'
import type { JavaScriptRule, Report } from '../rules/rule.ts'
import { regexCost, type RegexCost } from '../syntax/regex-cost.ts'
import { chainOf, textIn } from './nodes.ts'
import type { Node } from '@oxc-project/types'

/** Visits the regular expressions in a file, literals and texts passed to RegExp. */
export function onRegexOf(cost: RegexCost, message: (source: string) => string): JavaScriptRule['on'] {
  // Certainly exponential is only what tries a doubling number of ways on a text of equal characters and then fails.
  const said = (source: string): Report => ({ message: message(source), ...(cost === 'exponential' && !backtracksForEver(source) && { advice: true }) })
  const built = (node: Extract<Node, { readonly type: 'NewExpression' | 'CallExpression' }>, report: (at: Node, said: Report) => void): void => {
    const source = chainOf(node.callee) === 'RegExp' ? textIn(node.arguments[0]) : undefined
    if (source !== undefined && regexCost(source, textIn(node.arguments[1]) ?? '') === cost) report(node, said(source))
  }
  return {
    Literal(node, { report }) {
      if ('regex' in node && regexCost(node.regex.pattern, node.regex.flags) === cost) report(node, said(node.regex.pattern))
    },
    NewExpression: (node, { report }) => built(node, report),
    CallExpression: (node, { report }) => built(node, report),
  }
}
