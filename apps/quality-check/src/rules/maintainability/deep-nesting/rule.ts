import type { Node } from '@oxc-project/types'
import { isFunction, isLoop } from '../../../javascript/nodes.ts'
import type { JavaScriptContext, SyntaxRule } from '../../rule.ts'
import { allowed } from './limits.ts'
import { python } from './python.ts'

export const rule: SyntaxRule = {
  id: 'deep-nesting',
  kind: 'syntax',
  title: 'Control flow nested too deep',
  why: 'To know when the innermost line runs, a reader has to hold every condition around it.',
  fix: 'Return or continue early for the cases that are done, or move the inner part into a function of its own.',
  category: 'maintainability',
  severity: 'warning',
  confidence: 'high',
  languages: ['javascript', 'python'],
  minutes: 10,
  python,
  javascript: {
    IfStatement: check,
    ForStatement: check,
    ForInStatement: check,
    ForOfStatement: check,
    WhileStatement: check,
    DoWhileStatement: check,
    SwitchStatement: check,
    TryStatement: check,
  },
}

/** Reports a nest once, at the first statement that is too deep. */
function check(node: Node, { ancestors, report }: JavaScriptContext): void {
  if (isElseIf(node, ancestors.at(-1))) return
  const from = ancestors.findLastIndex((each) => isFunction(each)) + 1
  const depth = ancestors.filter((each, index) => index >= from && nests(each) && !isElseIf(each, ancestors[index - 1])).length + 1
  if (depth === allowed + 1) report({ start: node.start, end: node.start + keyword(node) }, { message: `nested ${depth} deep in its function, more than ${allowed}` })
}

function nests(node: Node): boolean {
  return node.type === 'IfStatement' || node.type === 'SwitchStatement' || node.type === 'TryStatement' || isLoop(node)
}

const isElseIf = (node: Node, parent: Node | undefined) => node.type === 'IfStatement' && parent?.type === 'IfStatement' && parent.alternate === node

const keyword = (node: Node) => ({ IfStatement: 2, WhileStatement: 5, DoWhileStatement: 2, SwitchStatement: 6 })[node.type as string] ?? 3
