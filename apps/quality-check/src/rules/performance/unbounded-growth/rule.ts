import type { Node, Program } from '@oxc-project/types'
import { requestHandlerAround } from '../../../javascript/handlers.ts'
import { bare, chainOf, childrenOf } from '../../../javascript/nodes.ts'
import type { SyntaxRule } from '../../rule.ts'
import { python } from './python.ts'

export const rule: SyntaxRule = {
  id: 'unbounded-growth',
  kind: 'syntax',
  title: 'Collection that grows with every request',
  why: 'It lives as long as the process and nothing is ever taken out: memory grows until the process is ended.',
  fix: 'Bound it (a cache with a limit or a time to live), or remove what is done with.',
  category: 'performance',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python'],
  inTests: 'off',
  adviceUnlessNew: true,
  python,
  javascript: {
    Program(node, context) {
      const collections = collectionsOf(node)
      if (collections.size === 0) return
      const grown = new Map<string, Node>()
      const bounded = new Set<string>()
      look(node, [], (each, ancestors) => {
        const name = shrinks(each)
        if (name !== undefined) bounded.add(name)
        const filled = fills(each)
        if (filled !== undefined && collections.has(filled) && !grown.has(filled) && requestHandlerAround(ancestors) !== undefined) grown.set(filled, each)
      })
      for (const [name, at] of grown) if (!bounded.has(name)) context.report(at, { message: `${name} is filled by requests and nothing is ever taken out of it` })
    },
  },
}

function collectionsOf(program: Program): Set<string> {
  const names = new Set<string>()
  for (const statement of program.body) {
    if (statement.type !== 'VariableDeclaration') continue
    for (const { id, init } of statement.declarations) if (id.type === 'Identifier' && init !== null && isEmptyCollection(bare(init))) names.add(id.name)
  }
  return names
}

function isEmptyCollection(node: Node): boolean {
  if (node.type === 'NewExpression') return /^(Map|Set)$/.test(chainOf(node.callee)) && node.arguments.length === 0
  if (node.type === 'ArrayExpression') return node.elements.length === 0
  return (node.type === 'ObjectExpression' && node.properties.length === 0) || chainOf(node) === 'Object.create()'
}

function look(node: Node, ancestors: Node[], visit: (node: Node, ancestors: readonly Node[]) => void): void {
  visit(node, ancestors)
  ancestors.push(node)
  for (const child of childrenOf(node)) look(child, ancestors, visit)
  ancestors.pop()
}

/** The collection to which an entry with a computed key is added. */
function fills(node: Node): string | undefined {
  if (node.type === 'CallExpression') {
    const [, name, method] = /^([\w$]+)\.(set|add|push|unshift)$/.exec(chainOf(node.callee)) ?? []
    return method === undefined || node.arguments[0]?.type === 'Literal' ? undefined : name
  }
  if (node.type !== 'AssignmentExpression' || node.left.type !== 'MemberExpression' || !node.left.computed || node.left.property.type === 'Literal') return undefined
  return node.left.object.type === 'Identifier' ? node.left.object.name : undefined
}

/** The collection whose entries are removed, counted or replaced, or that is passed to other code, which may do so. */
function shrinks(node: Node): string | undefined {
  if (node.type === 'CallExpression') {
    const handed = node.arguments.find((argument) => argument.type === 'Identifier')
    return /^([\w$]+)\.(delete|clear|shift|pop|splice)$/.exec(chainOf(node.callee))?.[1] ?? (handed?.type === 'Identifier' ? handed.name : undefined)
  }
  if (node.type === 'UnaryExpression' && node.operator === 'delete') return chainOf(node.argument).split(/[.[]/, 1)[0]
  if (node.type === 'AssignmentExpression') return /^([\w$]+)(\.length)?$/.exec(chainOf(node.left))?.[1]
  return node.type === 'BinaryExpression' ? /^([\w$]+)\.(size|length)$/.exec(chainOf(node.left))?.[1] : undefined
}
