import { children, type FunctionDef, type PythonExpression, type PythonNode, type PythonStatement } from './ast.ts'
import { bodyOf, contains, isFunctionDef, isLoop, outsideFunctions } from './nodes.ts'

/**
 * Cognitive complexity as SonarSource's white paper defines it. Functions inside a function count towards it, one level deeper, unless the
 * outer one has no control flow of its own: then it only holds them, as a decorator does, and each is judged by itself.
 */
export function judgedFunctions(module: PythonNode): { readonly node: FunctionDef; readonly score: number }[] {
  const judged: { node: FunctionDef; score: number }[] = []
  function look(node: PythonNode): void {
    if (isFunctionDef(node) && bodyOf(node).some((child) => contains(child, branches, outsideFunctions))) return void judged.push({ node, score: complexityOf(node) })
    for (const child of children(node)) look(child)
  }
  look(module)
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
    if (node.type === 'If') return enterIf(node.test, node.body, node.orelse, nesting, false)
    if (node.type === 'BoolOp') {
      score += 1
      return visitAll(node.values, nesting)
    }
    if (isLoop(node) || node.type === 'Match' || node.type === 'ExceptHandler' || node.type === 'IfExp') {
      score += 1 + nesting
      if ('orelse' in node && Array.isArray(node.orelse) && node.orelse.length > 0) score += 1
      return visitAll(children(node), nesting + 1)
    }
    if (node.type === 'Call' && !recursive && node.func.type === 'Name' && node.func.id === root.name) {
      recursive = true
      score += 1
    }
    const nested = isFunctionDef(node) || node.type === 'Lambda' || node.type === 'ClassDef'
    visitAll(children(node), nested ? nesting + 1 : nesting)
  }

  visitAll(bodyOf(root), 0)
  return score
}
