import type { IfStatement, LogicalExpression, Node } from '@oxc-project/types'
import type { BranchSyntax } from '../syntax/branch-words.ts'
import { bare, childrenOf, contains, isFunction, isLeaf, isLoop, stackChildren, type FunctionNode } from './nodes.ts'

export const branchSyntax: BranchSyntax = {
  words: /\b(?:if|for|while|switch|catch|else|break|continue|function|class)\b|=>|&&|\|\||\?\?|\?\.(?!\d)|\?/g,
  nesting: new Set(['if', 'for', 'while', 'switch', 'catch', '?']),
  deepening: new Set(['function', 'class', '=>']),
  flat: new Set(['else', 'break', 'continue', '&&', '||']),
}

/**
 * Cognitive complexity as defined by SonarSource's white paper, with one exception: a named function inside another one is judged separately,
 * as a method is. Callbacks count towards their enclosing function, one level deeper, unless that one has no control flow of its own.
 * Functions that `isWorthwhile` rejects are left out, with all inside them.
 */
export function judgedFunctions(program: Node, isWorthwhile: (node: FunctionNode) => boolean = always): { readonly node: FunctionNode; readonly parent: Node | undefined; readonly score: number }[] {
  const judged: { node: FunctionNode; parent: Node | undefined; score: number }[] = []
  // An explicit stack, because a chain of thousands of calls is nested deeper than the call stack. Each waiting node has its parent and whether an enclosing function is judged.
  const waiting: Node[] = [program]
  const parents: (Node | undefined)[] = [undefined]
  const counts: boolean[] = [false]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const parent = parents.pop()
    let counted = counts.pop() === true
    if (isFunction(node) && (!counted || isNamed(node, parent))) {
      if (!counted && !isWorthwhile(node)) continue
      counted = hasControlFlow(node)
      if (counted) judged.push({ node, parent, score: complexityOf(node, parent) })
    }
    stackChildren(node, holdsCode, waiting)
    while (parents.length < waiting.length) {
      parents.push(node)
      counts.push(counted)
    }
  }
  return judged
}

const always = () => true

/** Whether it can contain functions or branches. */
function holdsCode(node: Node): boolean {
  switch (node.type) {
    case 'TSTypeAnnotation':
    case 'TSTypeParameterInstantiation':
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
    case 'TemplateElement':
    case 'ImportDeclaration':
      return false
    default:
      return !isLeaf(node)
  }
}

const holders = new Set(['VariableDeclarator', 'MethodDefinition', 'Property', 'PropertyDefinition', 'AssignmentExpression'])

const isNamed = (node: FunctionNode, parent: Node | undefined) => node.type === 'FunctionDeclaration' || (parent !== undefined && holders.has(parent.type))

/** Control flow outside its inner functions. */
function hasControlFlow(root: FunctionNode): boolean {
  return childrenOf(root).some((child) => contains(child, branches, isHere))
}

const isHere = (node: Node) => holdsCode(node) && !isFunction(node) && !isClass(node)

function branches(node: Node): boolean {
  return node.type === 'IfStatement' || node.type === 'LogicalExpression' || node.type === 'SwitchStatement' || node.type === 'CatchClause' || node.type === 'ConditionalExpression' || isLoop(node)
}

const isClass = (node: Node) => node.type === 'ClassExpression' || node.type === 'ClassDeclaration'

function complexityOf(root: FunctionNode, parent: Node | undefined): number {
  let score = 0
  const name = root.id?.name ?? (parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier' ? parent.id.name : undefined)
  let recursive = false
  const waiting: Node[] = []
  const nestings: number[] = []

  function visit(node: Node, nesting: number): void {
    if (!holdsCode(node)) return
    waiting.push(node)
    nestings.push(nesting)
  }

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
    // The paper counts every sequence of the same operator, even a default with ?? or ||.
    score += operators.filter((operator, index) => operator !== operators[index - 1]).length
    for (const operand of operands) visit(operand, nesting)
  }

  function deeper(node: Node, nesting: number): void {
    score += 1 + nesting
    visitBelow(node, nesting + 1)
  }

  function visitBelow(node: Node, nesting: number): void {
    stackChildren(node, (child) => holdsCode(child) && !(isFunction(child) && isNamed(child, node)), waiting)
    while (nestings.length < waiting.length) nestings.push(nesting)
  }

  function count(node: Node, nesting: number): void {
    if (node.type === 'IfStatement') return enterIf(node, nesting, false)
    if (node.type === 'LogicalExpression' && node.operator !== '??') return enterLogical(node, nesting)
    if (isLoop(node) || node.type === 'SwitchStatement' || node.type === 'CatchClause' || node.type === 'ConditionalExpression') return deeper(node, nesting)
    if ((node.type === 'BreakStatement' || node.type === 'ContinueStatement') && node.label != null) return void (score += 1)
    if (node.type === 'CallExpression' && name !== undefined && !recursive && isCalled(node.callee, name)) {
      recursive = true
      score += 1
    }
    visitBelow(node, isFunction(node) || isClass(node) ? nesting + 1 : nesting)
  }

  visitBelow(root, 0)
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) count(node, nestings.pop() ?? 0)
  return score
}

function isCalled(callee: Node, name: string): boolean {
  const called = bare(callee)
  return called.type === 'Identifier' && called.name === name
}

/** a && b && c || d: the operators from left to right, and the operands. */
function flatten(node: LogicalExpression): { operators: string[]; operands: Node[] } {
  const operators: string[] = []
  const operands: Node[] = []
  const waiting: (Node | string)[] = [node]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next === 'string') operators.push(next)
    else if (next.type === 'LogicalExpression' && next.operator !== '??') waiting.push(next.right, next.operator, next.left)
    else operands.push(next)
  }
  return { operators, operands }
}
