import type { Node } from '@oxc-project/types'
import { bare, chainOf, isFunction, lastName, type FunctionNode } from './nodes.ts'

const routes = /(^|\.)(app|router|server|fastify|api|route|routes|\w+Router|\w+App)(\.\w+\(\))*\.(get|post|put|patch|delete|all|use|options|head|route|register)$/i
const firstNames = /^_?(req|request|ctx|context|c|event)$/
const secondNames = /^_?(res|response|reply|rep|h|next|resp)$/
const webMethods = /^(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)$/

/** The enclosing function that runs once for each request, if there is one. */
export function requestHandlerAround(ancestors: readonly Node[]): FunctionNode | undefined {
  for (let index = ancestors.length - 1; index >= 0; index--) {
    const node = ancestors[index]
    if (isFunction(node) && isRequestHandler(node, ancestors[index - 1])) return node
  }
  return undefined
}

function isRequestHandler(node: FunctionNode, parent: Node | undefined): boolean {
  const [first, second] = node.params.map((each) => (each.type === 'Identifier' ? each.name : ''))
  if (first !== undefined && second !== undefined && /^_?(req|request|ctx)$/.test(first) && secondNames.test(second)) return true
  if (node.id?.name !== undefined && webMethods.test(node.id.name)) return true
  if (parent?.type !== 'CallExpression') return false
  const callee = bare(parent.callee)
  if (callee.type !== 'MemberExpression' || !routes.test(chainOf(callee))) return false
  // A registered plug-in runs once. A handler has a request as its first parameter.
  return first !== undefined && firstNames.test(first) && lastName(chainOf(callee)) !== 'register'
}
