import type { IfStatement, LogicalExpression, Node } from '@oxc-project/types'
import { chainOf, childrenOf, isFunction, isLoop, type FunctionNode } from './nodes.ts'

/**
 * Cognitive complexity as SonarSource's white paper defines it. Functions inside a function count towards it, one level deeper, unless the
 * outer one has no control flow of its own: then it only declares them, and each is judged by itself.
 */
export function judgedFunctions(program: Node): { readonly node: FunctionNode; readonly ancestors: readonly Node[]; readonly score: number }[] {
  const judged: { node: FunctionNode; ancestors: readonly Node[]; score: number }[] = []
  function look(node: Node, ancestors: readonly Node[]): void {
    if (isFunction(node)) {
      const { score, own } = complexityOf(node, ancestors.at(-1))
      if (own > 0) return void judged.push({ node, ancestors, score })
    }
    const below = [...ancestors, node]
    for (const child of childrenOf(node)) look(child, below)
  }
  look(program, [])
  return judged
}

interface Score {
  readonly score: number
  /** Without what functions inside it add. */
  readonly own: number
}

function complexityOf(root: FunctionNode, parent: Node | undefined): Score {
  let score = 0
  let own = 0
  const name = root.id?.name ?? (parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier' ? parent.id.name : undefined)
  let recursive = false

  function add(points: number, inner: boolean): void {
    score += points
    if (!inner) own += points
  }

  function enterIf(node: IfStatement, nesting: number, inner: boolean, chained: boolean): void {
    add(chained ? 1 : 1 + nesting, inner)
    visit(node.test, nesting, inner)
    visit(node.consequent, nesting + 1, inner)
    if (node.alternate?.type === 'IfStatement') enterIf(node.alternate, nesting, inner, true)
    else if (node.alternate != null) {
      add(1, inner)
      visit(node.alternate, nesting + 1, inner)
    }
  }

  function enterLogical(node: LogicalExpression, nesting: number, inner: boolean): void {
    const { operators, operands } = flatten(node)
    // A default with ?? or || is shorthand, but the paper counts every sequence of like operators.
    add(operators.filter((operator, index) => operator !== operators[index - 1]).length, inner)
    for (const operand of operands) visit(operand, nesting, inner)
  }

  function deeper(node: Node, nesting: number, inner: boolean): void {
    add(1 + nesting, inner)
    for (const child of childrenOf(node)) visit(child, nesting + 1, inner)
  }

  function visit(node: Node, nesting: number, inner: boolean): void {
    if (node.type === 'IfStatement') return enterIf(node, nesting, inner, false)
    if (node.type === 'LogicalExpression' && node.operator !== '??') return enterLogical(node, nesting, inner)
    if (isLoop(node) || node.type === 'SwitchStatement' || node.type === 'CatchClause' || node.type === 'ConditionalExpression') return deeper(node, nesting, inner)
    if ((node.type === 'BreakStatement' || node.type === 'ContinueStatement') && node.label != null) return add(1, inner)
    if (node.type === 'CallExpression' && name !== undefined && !recursive && chainOf(node.callee) === name) {
      recursive = true
      add(1, inner)
    }
    const nested = isFunction(node) || node.type === 'ClassExpression' || node.type === 'ClassDeclaration'
    for (const child of childrenOf(node)) visit(child, nested ? nesting + 1 : nesting, inner || nested)
  }

  for (const child of childrenOf(root)) visit(child, 0, false)
  return { score, own }
}

/** a && b && c || d: its operators from left to right, and what stands between them. */
function flatten(node: LogicalExpression): { operators: string[]; operands: Node[] } {
  const sides = [node.left, node.right].map((side) => (side.type === 'LogicalExpression' && side.operator !== '??' ? flatten(side) : { operators: [], operands: [side as Node] }))
  const [left, right] = sides as [{ operators: string[]; operands: Node[] }, { operators: string[]; operands: Node[] }]
  return { operators: [...left.operators, node.operator, ...right.operators], operands: [...left.operands, ...right.operands] }
}
