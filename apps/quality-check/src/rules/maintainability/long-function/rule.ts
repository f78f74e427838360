import type { Node } from '@oxc-project/types'
import { chainOf, isFunction, nameOfFunction, walk, type FunctionNode } from '../../../javascript/nodes.ts'
import type { JavaScriptContext, SyntaxRule } from '../../rule.ts'
import { allowed } from './limits.ts'
import { python } from './python.ts'

// Shorter inner functions count as part of the outer one.
const shortestInner = 4

export const rule: SyntaxRule = {
  id: 'long-function',
  kind: 'syntax',
  title: 'Function too long',
  why: 'What does not fit on a screen is not read as a whole: such a function does several things that have no names.',
  fix: 'Give each step of it a function of its own.',
  category: 'maintainability',
  severity: 'warning',
  confidence: 'high',
  languages: ['javascript', 'python'],
  minutes: 20,
  inTests: { severity: 'note' },
  python,
  javascript: {
    FunctionDeclaration: check,
    FunctionExpression: check,
    ArrowFunctionExpression: check,
  },
}

/** Inner functions are judged by themselves, so a function that only contains others is not long. */
function check(node: FunctionNode, context: JavaScriptContext): void {
  if (node.body == null) return
  const code = context.codeLines()
  const total = code.count(node)
  if (total <= allowed || isWrapper(context.ancestors)) return
  let inner = 0
  walk(node.body, (below) => {
    if (!isFunction(below) || below.body?.type !== 'BlockStatement') return true
    const lines = code.count(below)
    if (lines >= shortestInner) inner += lines
    return false
  })
  const own = total - inner
  if (own <= allowed) return
  const { name, start, end } = nameOfFunction(node, context.ancestors)
  context.report({ start, end }, { message: `${name === '' ? 'this function' : name} has ${own} lines of code, more than ${allowed}` })
}

// Test groups and modules wrapped in a function contain what would otherwise be top-level code.
function isWrapper(ancestors: readonly Node[]): boolean {
  const parent = ancestors.at(-1)
  if (parent?.type !== 'CallExpression') return false
  return isFunction(parent.callee) || /^(x|f)?(describe|suite|context|define)\b/.test(chainOf(parent.callee))
}
