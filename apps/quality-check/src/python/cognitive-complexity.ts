import { type FunctionDef, type PythonExpression, type PythonNode, type PythonStatement } from './ast.ts'
import type { BranchSyntax } from '../syntax/branch-words.ts'
import { bodyOf, contains, eachChild, isFunctionDef, isLoop, outsideFunctions, walkStatements } from './nodes.ts'

export const branchSyntax: BranchSyntax = {
  // The "for" of a comprehension does not count; that of a loop begins a line.
  words: /\bfor\b(?<=^[ \t\f]*(?:async[ \t\f]+)?for)|\b(?:if|elif|while|except|match|else|and|or|lambda)\b/gm,
  nesting: new Set(['for', 'if', 'elif', 'while', 'except', 'match']),
  deepening: new Set(['lambda']),
  flat: new Set(['else', 'and', 'or']),
}

/**
 * Cognitive complexity as defined by SonarSource's white paper, with one exception: an inner function is judged separately, as a method is.
 * Functions that `isWorthwhile` rejects are left out.
 */
export function judgedFunctions(module: PythonNode, isWorthwhile: (node: FunctionDef) => boolean): { readonly node: FunctionDef; readonly score: number }[] {
  const judged: { node: FunctionDef; score: number }[] = []
  walkStatements(module, (node) => {
    if (isFunctionDef(node) && isWorthwhile(node) && bodyOf(node).some((child) => contains(child, branches, outsideFunctions))) judged.push({ node, score: complexityOf(node) })
  })
  return judged
}

function branches(node: PythonNode): boolean {
  return node.type === 'If' || node.type === 'BoolOp' || node.type === 'Match' || node.type === 'ExceptHandler' || node.type === 'IfExp' || isLoop(node)
}

function complexityOf(root: FunctionDef): number {
  let score = 0
  let recursive = false

  function visitAll(nodes: readonly PythonNode[], nesting: number): void {
    for (const node of nodes) visit(node, nesting)
  }

  function enterIf(test: PythonExpression, body: readonly PythonStatement[], orelse: readonly PythonStatement[], nesting: number, chained: boolean): void {
    score += chained ? 1 : 1 + nesting
    visit(test, nesting)
    visitAll(body, nesting + 1)
    const [next] = orelse
    if (next?.type === 'If' && orelse.length === 1) return enterIf(next.test, next.body, next.orelse, nesting, true)
    if (next === undefined) return
    score += 1
    visitAll(orelse, nesting + 1)
  }

  function visit(node: PythonNode, nesting: number): void {
    if (isFunctionDef(node) || node.type === 'ClassDef') return
    if (node.type === 'If') return enterIf(node.test, node.body, node.orelse, nesting, false)
    if (node.type === 'BoolOp') {
      score += 1
      return visitAll(node.values, nesting)
    }
    if (isLoop(node) || node.type === 'Match' || node.type === 'ExceptHandler' || node.type === 'IfExp') {
      score += 1 + nesting
      if ('orelse' in node && Array.isArray(node.orelse) && node.orelse.length > 0) score += 1
      return eachChild(node, (child) => visit(child, nesting + 1))
    }
    if (node.type === 'Call' && !recursive && node.func.type === 'Name' && node.func.id === root.name) {
      recursive = true
      score += 1
    }
    const below = node.type === 'Lambda' ? nesting + 1 : nesting
    eachChild(node, (child) => visit(child, below))
  }

  visitAll(bodyOf(root), 0)
  return score
}
