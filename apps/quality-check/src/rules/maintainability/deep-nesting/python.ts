import type { PythonNode } from '../../../python/ast.ts'
import { isFunctionDef, isLoop } from '../../../python/nodes.ts'
import type { PythonContext, SyntaxRule } from '../../rule.ts'
import { allowed } from './limits.ts'

export const python: SyntaxRule['python'] = { If: check, For: check, AsyncFor: check, While: check, With: check, AsyncWith: check, Match: check, Try: check }

/** Reports a nest once, at the first statement that is too deep. */
function check(node: PythonNode, { ancestors, report }: PythonContext): void {
  if (isElif(node, ancestors.at(-1)) || !nests(node)) return
  const from = ancestors.findLastIndex(isFunctionDef) + 1
  const depth = ancestors.filter((each, index) => index >= from && nests(each) && !isElif(each, ancestors[index - 1])).length + 1
  if (depth === allowed + 1) report({ start: node.start, end: node.start + 2 }, { message: `nested ${depth} deep in its function, more than ${allowed}` })
}

function nests(node: PythonNode): boolean {
  return node.type === 'If' || node.type === 'Match' || node.type === 'Try' || isLoop(node)
}

const isElif = (node: PythonNode, parent: PythonNode | undefined) => node.type === 'If' && parent?.type === 'If' && parent.orelse.length === 1 && parent.orelse[0] === node
