import type { AwaitExpression, Node } from '@oxc-project/types'
import { enclosingIteration, isWrittenOut } from '../../../javascript/loops.ts'
import { bare, chainOf, contains, isFunction, isLoop, lastName, mentions, namesBoundBy, outsideFunctions, walk } from '../../../javascript/nodes.ts'
import { isQuery } from '../../../javascript/queries.ts'
import type { JavaScriptContext, SyntaxRule } from '../../rule.ts'
import { python } from './python.ts'

// Reads have no effects, so their order does not matter. Reads with a position, a lock or a limit must be sequential.
const reads = /^(get|fetch|load|read|find|list|download|lookup|request|search|describe|stat|lstat|axios|resolve|render|compile|translate|embed|summari[sz]e|score)([A-Z]\w*)?$/
const inTurn = /(page|browser|cursor|reader|stream|queue|lock|tx|trx|transaction|session|driver|iterator|iter|rl|limit|limiter|throttle|cdp|locator|element|handle|socket|channel|lexer|parser|scanner|buffer|file|fd|ws)s?$/i

export const rule: SyntaxRule = {
  id: 'serial-await',
  kind: 'syntax',
  title: 'Independent requests made one after the other',
  why: 'Each turn waits for the one before although it needs nothing of it: the loop takes the sum of the times instead of the longest.',
  fix: 'Start them together: await Promise.all(list.map(...)), in portions where the other side has a limit.',
  category: 'performance',
  severity: 'note',
  confidence: 'medium',
  languages: ['javascript', 'python'],
  inTests: 'off',
  python,
  javascript: { AwaitExpression: check },
}

function check(node: AwaitExpression, context: JavaScriptContext): void {
  const iteration = enclosingIteration(context.ancestors)
  if (iteration?.node.type !== 'ForOfStatement' || iteration.node.await || isWrittenOut(iteration)) return
  const { body, variables } = iteration
  if (!isRead(node) || isQuery(node.argument) || staysInOrder(body)) return
  const derived = namesDeclaredIn(body)
  if (![...variables, ...derived].some((name) => mentions(node.argument, name))) return
  const carried = namesChangedIn(body).filter((name) => !derived.includes(name) && !variables.includes(name))
  if (carried.some((name) => mentions(node.argument, name) || isTestedIn(body, name))) return
  context.report(node, { message: `each turn waits for ${chainOf(node.argument)} before the next one starts, and needs nothing of the turns before` })
}

function isRead({ argument }: AwaitExpression): boolean {
  const call = bare(argument)
  if (call.type !== 'CallExpression') return false
  const chain = chainOf(call.callee)
  const object = chain.includes('.') ? lastName(chain.slice(0, chain.lastIndexOf('.'))).replace(/\(\)$/, '') : ''
  return reads.test(lastName(chain)) && !inTurn.test(object)
}

/** Reads the body of a response that has arrived: `await response.json()`. */
function isBody({ argument }: AwaitExpression): boolean {
  const call = bare(argument)
  return call.type === 'CallExpression' && call.arguments.length === 0 && /\.(text|json|arrayBuffer|blob|bytes|formData)$/.test(chainOf(call.callee))
}

/** Whether the order matters: the loop may end early, has other effects, or is one of several. */
function staysInOrder(body: Node): boolean {
  return contains(
    body,
    (node) => node.type === 'BreakStatement' || node.type === 'ReturnStatement' || node.type === 'YieldExpression' || node.type === 'TryStatement' || isLoop(node) || (node.type === 'AwaitExpression' && !isRead(node) && !isBody(node)),
    outsideFunctions,
  )
}

function namesDeclaredIn(body: Node): string[] {
  const names: string[] = []
  walk(body, (node) => {
    if (node.type === 'VariableDeclarator') names.push(...namesBoundBy(node.id))
    return !isFunction(node)
  })
  return names
}

/** State that an iteration passes to the next: names that are assigned or filled. */
function namesChangedIn(body: Node): string[] {
  const names: string[] = []
  walk(body, (node) => {
    if (node.type === 'AssignmentExpression') names.push(rootOf(node.left))
    if (node.type === 'UpdateExpression') names.push(rootOf(node.argument))
    if (node.type === 'CallExpression' && /\.(push|set|add|unshift|delete|shift|pop|append)$/.test(chainOf(node.callee))) names.push(rootOf(node.callee))
  })
  return names.filter((name) => name !== '')
}

const rootOf = (node: Node) => chainOf(node).split(/[.([]/, 1)[0] ?? ''

function isTestedIn(body: Node, name: string): boolean {
  return contains(body, (node) => (node.type === 'IfStatement' || node.type === 'ConditionalExpression') && mentions(node.test, name))
}
