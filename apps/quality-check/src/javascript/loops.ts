import type { Node } from '@oxc-project/types'
import { bare, chainOf, isFunction, lastName, namesBoundBy } from './nodes.ts'

/** Code that runs for every element of a collection. */
export interface Iteration {
  readonly node: Node
  readonly body: Node
  /** The collection; undefined for loops that count or wait. */
  readonly source: Node | undefined
  /** The variables that the loop's head assigns in each iteration. */
  readonly variables: readonly string[]
}

const each = /^(forEach|map|flatMap|filter|some|every|find|findIndex|reduce|reduceRight)$/

/** The innermost iteration around a node: a loop of its function, or a callback that is called immediately for every element. */
export function enclosingIteration(ancestors: readonly Node[]): Iteration | undefined {
  for (let index = ancestors.length - 1; index >= 0; index--) {
    const node = ancestors[index] as Node
    const below = ancestors[index + 1]
    const found = isFunction(node) ? callbackIteration(ancestors, index) : loopIteration(node)
    if (found !== undefined && (isFunction(node) || below === found.body)) return found
    if (isFunction(node)) return undefined
  }
  return undefined
}

function loopIteration(node: Node): Iteration | undefined {
  switch (node.type) {
    case 'ForOfStatement':
    case 'ForInStatement':
      return { node, body: node.body, source: node.right, variables: node.left.type === 'VariableDeclaration' ? node.left.declarations.flatMap(({ id }) => namesBoundBy(id)) : namesBoundBy(node.left) }
    case 'ForStatement':
      return { node, body: node.body, source: countedOver(node.test), variables: node.init?.type === 'VariableDeclaration' ? node.init.declarations.flatMap(({ id }) => namesBoundBy(id)) : [] }
    case 'WhileStatement':
    case 'DoWhileStatement':
      return { node, body: node.body, source: undefined, variables: [] }
    default:
      return undefined
  }
}

// i < list.length
function countedOver(test: Node | null): Node | undefined {
  if (test?.type !== 'BinaryExpression') return undefined
  const right = bare(test.right)
  return right.type === 'MemberExpression' && !right.computed && /^(length|size)$/.test(right.property.name) ? right.object : undefined
}

function callbackIteration(ancestors: readonly Node[], index: number): Iteration | undefined {
  const [callback, call] = [ancestors[index], ancestors[index - 1]]
  if (!isFunction(callback) || callback.body == null || call?.type !== 'CallExpression' || call.arguments[0] !== callback) return undefined
  const callee = bare(call.callee)
  if (callee.type !== 'MemberExpression' || !each.test(lastName(chainOf(callee))) || chainOf(callee.object) === 'Promise') return undefined
  return { node: call, body: callback.body, source: callee.object, variables: callback.params.flatMap(namesBoundBy) }
}

/** Whether the collection is a literal in the code, and therefore short. */
export function isWrittenOut({ source }: Iteration): boolean {
  return source !== undefined && bare(source).type === 'ArrayExpression'
}
