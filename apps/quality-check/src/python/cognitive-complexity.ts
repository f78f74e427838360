import { children, type FunctionDef, type PythonExpression, type PythonNode, type PythonStatement } from './ast.ts'
import { bodyOf, isFunctionDef, isLoop } from './nodes.ts'

/**
 * Cognitive complexity as SonarSource's white paper defines it. Functions inside a function count towards it, one level deeper, unless the
 * outer one has no control flow of its own: then it only holds them, as a decorator does, and each is judged by itself.
 */
export function judgedFunctions(module: PythonNode): { readonly node: FunctionDef; readonly score: number }[] {
  const judged: { node: FunctionDef; score: number }[] = []
  function look(node: PythonNode): void {
    if (isFunctionDef(node)) {
      const { score, own } = complexityOf(node)
      if (own > 0) return void judged.push({ node, score })
    }
    for (const child of children(node)) look(child)
  }
  look(module)
  return judged
}

function complexityOf(root: FunctionDef): { readonly score: number; readonly own: number } {
  let score = 0
  let own = 0
  let recursive = false

  function add(points: number, inner: boolean): void {
    score += points
    if (!inner) own += points
  }

  function visitAll(nodes: readonly PythonNode[], nesting: number, inner: boolean): void {
    for (const node of nodes) visit(node, nesting, inner)
  }

  function enterIf(test: PythonExpression, body: readonly PythonStatement[], orelse: readonly PythonStatement[], nesting: number, inner: boolean, chained: boolean): void {
    add(chained ? 1 : 1 + nesting, inner)
    visit(test, nesting, inner)
    visitAll(body, nesting + 1, inner)
    const [next] = orelse
    if (next?.type === 'If' && orelse.length === 1) return enterIf(next.test, next.body, next.orelse, nesting, inner, true)
    if (next === undefined) return
    add(1, inner)
    visitAll(orelse, nesting + 1, inner)
  }

  function visit(node: PythonNode, nesting: number, inner: boolean): void {
    if (node.type === 'If') return enterIf(node.test, node.body, node.orelse, nesting, inner, false)
    if (node.type === 'BoolOp') {
      add(1, inner)
      return visitAll(node.values, nesting, inner)
    }
    if (isLoop(node) || node.type === 'Match' || node.type === 'ExceptHandler' || node.type === 'IfExp') {
      add(1 + nesting, inner)
      if ('orelse' in node && Array.isArray(node.orelse) && node.orelse.length > 0) add(1, inner)
      return visitAll(children(node), nesting + 1, inner)
    }
    if (node.type === 'Call' && !recursive && node.func.type === 'Name' && node.func.id === root.name) {
      recursive = true
      add(1, inner)
    }
    const nested = isFunctionDef(node) || node.type === 'Lambda' || node.type === 'ClassDef'
    visitAll(children(node), nested ? nesting + 1 : nesting, inner || nested)
  }

  visitAll(bodyOf(root), 0, false)
  return { score, own }
}
