import type { IfStatement, LogicalExpression, Node } from '@oxc-project/types'
import { chainOf, childrenOf, contains, isFunction, isLoop, type FunctionNode } from './nodes.ts'

/**
 * Cognitive complexity as SonarSource's white paper defines it, but for one thing: a function with a name inside another is judged by itself,
 * as a method is. Callbacks count towards the function they stand in, one level deeper, unless that one has no control flow of its own.
 */
export function judgedFunctions(program: Node): { readonly node: FunctionNode; readonly ancestors: readonly Node[]; readonly score: number }[] {
  const judged: { node: FunctionNode; ancestors: readonly Node[]; score: number }[] = []
  function look(node: Node, ancestors: readonly Node[], counted: boolean): void {
    let inside = counted
    if (isFunction(node) && (!counted || isNamed(node, ancestors.at(-1)))) {
      inside = hasControlFlow(node)
      if (inside) judged.push({ node, ancestors, score: complexityOf(node, ancestors.at(-1)) })
    }
    const below = [...ancestors, node]
    for (const child of childrenOf(node)) look(child, below, inside)
  }
  look(program, [], false)
  return judged
}

const holders = new Set(['VariableDeclarator', 'MethodDefinition', 'Property', 'PropertyDefinition', 'AssignmentExpression'])

const isNamed = (node: FunctionNode, parent: Node | undefined) => node.type === 'FunctionDeclaration' || (parent !== undefined && holders.has(parent.type))

/** Outside the functions that are inside it. */
function hasControlFlow(root: FunctionNode): boolean {
  return childrenOf(root).some((child) => contains(child, branches, (node) => !isFunction(node) && !isClass(node)))
}

function branches(node: Node): boolean {
  return node.type === 'IfStatement' || node.type === 'LogicalExpression' || node.type === 'SwitchStatement' || node.type === 'CatchClause' || node.type === 'ConditionalExpression' || isLoop(node)
}

const isClass = (node: Node) => node.type === 'ClassExpression' || node.type === 'ClassDeclaration'

function complexityOf(root: FunctionNode, parent: Node | undefined): number {
  let score = 0
  const name = root.id?.name ?? (parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier' ? parent.id.name : undefined)
  let recursive = false

  function enterIf(node: IfStatement, nesting: number, chained: boolean): void {
    score += chained ? 1 : 1 + nesting
    visit(node.test, nesting)
    visit(node.consequent, nesting + 1)
    if (node.alternate?.type === 'IfStatement') enterIf(node.alternate, nesting, true)
    else if (node.alternate != null) {
      score += 1
      visit(node.alternate, nesting + 1)
    }
  }

  function enterLogical(node: LogicalExpression, nesting: number): void {
    const { operators, operands } = flatten(node)
    // A default with ?? or || is shorthand, but the paper counts every sequence of like operators.
    score += operators.filter((operator, index) => operator !== operators[index - 1]).length
    for (const operand of operands) visit(operand, nesting)
  }

  function deeper(node: Node, nesting: number): void {
    score += 1 + nesting
    visitBelow(node, nesting + 1)
  }

  function visitBelow(node: Node, nesting: number): void {
    for (const child of childrenOf(node)) if (!isFunction(child) || !isNamed(child, node)) visit(child, nesting)
  }

  function visit(node: Node, nesting: number): void {
    if (node.type === 'IfStatement') return enterIf(node, nesting, false)
    if (node.type === 'LogicalExpression' && node.operator !== '??') return enterLogical(node, nesting)
    if (isLoop(node) || node.type === 'SwitchStatement' || node.type === 'CatchClause' || node.type === 'ConditionalExpression') return deeper(node, nesting)
    if ((node.type === 'BreakStatement' || node.type === 'ContinueStatement') && node.label != null) return void (score += 1)
    if (node.type === 'CallExpression' && name !== undefined && !recursive && chainOf(node.callee) === name) {
      recursive = true
      score += 1
    }
    visitBelow(node, isFunction(node) || isClass(node) ? nesting + 1 : nesting)
  }

  visitBelow(root, 0)
  return score
}

/** a && b && c || d: its operators from left to right, and what stands between them. */
function flatten(node: LogicalExpression): { operators: string[]; operands: Node[] } {
  const sides = [node.left, node.right].map((side) => (side.type === 'LogicalExpression' && side.operator !== '??' ? flatten(side) : { operators: [], operands: [side as Node] }))
  const [left, right] = sides as [{ operators: string[]; operands: Node[] }, { operators: string[]; operands: Node[] }]
  return { operators: [...left.operators, node.operator, ...right.operators], operands: [...left.operands, ...right.operands] }
}
