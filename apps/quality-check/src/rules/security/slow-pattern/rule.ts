import { chainOf } from '../../../python/nodes.ts'
import { backtracksForEver } from '../../../regexp/backtracking.ts'
import type { SyntaxRule } from '../../rule.ts'

const usesOfPattern = /^(?:re|regex)\.(?:compile|match|fullmatch|search|sub|subn|split|findall|finditer)$/

export const rule: SyntaxRule = {
  kind: 'syntax',
  id: 'slow-pattern',
  title: 'Pattern that takes for ever on some texts',
  why: 'A repeated group that can match the same text in many ways is tried in all of them before it fails: thirty characters of a visitor stop the process.',
  fix: 'Let each repetition begin or end with something that the rest cannot match, or match without the inner repetition.',
  category: 'security',
  severity: 'warning',
  confidence: 'high',
  languages: ['javascript', 'python'],
  cwe: 'CWE-1333',
  securitySeverity: 3.9,
  inTests: 'off',
  inDocs: 'off',
  javascript: {
    Literal(node, context) {
      if ('regex' in node && backtracksForEver(node.regex.pattern)) context.report(node)
    },
    NewExpression(node, context) {
      const [pattern] = node.arguments
      if (node.callee.type === 'Identifier' && node.callee.name === 'RegExp' && pattern?.type === 'Literal' && typeof pattern.value === 'string' && backtracksForEver(pattern.value)) context.report(node)
    },
  },
  python: {
    Call(node, context) {
      const [pattern] = node.args
      if (pattern?.type === 'Constant' && pattern.kind === 'str' && usesOfPattern.test(chainOf(node.func)) && backtracksForEver(pattern.value)) context.report(node)
    },
  },
}
