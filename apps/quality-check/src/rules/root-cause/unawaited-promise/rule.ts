import type { CallExpression, Node, Program } from '@oxc-project/types'
import { isExplained } from '../../../javascript/comments.ts'
import { bare, chainOf, contains, enclosingFunction, isFunction, lastName, nameOf, namesBoundBy, outsideFunctions, textIn, walk, type FunctionNode } from '../../../javascript/nodes.ts'
import type { JavaScriptContext, SyntaxRule } from '../../rule.ts'
import { isDone } from './names.ts'
import { python } from './python.ts'

export const rule: SyntaxRule = {
  id: 'unawaited-promise',
  kind: 'syntax',
  title: 'Promise that is not awaited',
  why: 'The function returns before the work is done, so its caller takes unfinished work for finished. When the work fails, the caller does not learn of it.',
  fix: 'Await it: `for (const each of list) await …`, or `await Promise.all(list.map(async …))`. Where it may run in the background, write void, handle its failure and say why.',
  fixInPython: 'Await it, or pass it to asyncio.gather() or a task group; otherwise it never runs.',
  category: 'root_cause',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python'],
  adviceUnlessNew: true,
  python,
  javascript: {
    CallExpression(node, context) {
      const callee = bare(node.callee)
      const [callback] = node.arguments
      if (callee.type !== 'MemberExpression' || callee.computed || !isFunction(callback) || !callback.async || !waits(callback)) return
      const method = nameOf(callee.property)
      if (isStatement(context) && (method === 'forEach' || method === 'map')) checkEach(node, callback, context)
      else if (predicates.test(method) && isUsed(node, context) && !isOfOtherLists(callee.object, context)) context.report(callback, { message: `the function given to ${method}() returns a promise, which is always truthy, so every element matches` })
    },
    ExpressionStatement({ expression }, context) {
      if (expression.type !== 'CallExpression') return
      const name = chainOf(expression.callee)
      if (!isDone(lastName(name)) || !isOfAsync(context) || !isUnhandled(functionNamed(name, context)) || isExplained(context, expression)) return
      context.report(expression, { message: `${name}() is not awaited: the code after it runs before it is done, and its failure is lost` })
    },
  },
}

const predicates = /^(?:filter|some|every|find|findIndex)$/

const waits = ({ body }: FunctionNode): boolean => body !== null && contains(body, ({ type }) => type === 'AwaitExpression', outsideFunctions)

const isStatement = ({ ancestors }: JavaScriptContext): boolean => ancestors.findLast(({ type }) => type !== 'ChainExpression')?.type === 'ExpressionStatement'

/** Whether the enclosing function could wait: its caller takes its end for the end of the work. */
const isOfAsync = ({ ancestors }: JavaScriptContext): boolean => enclosingFunction(ancestors)?.async === true

function checkEach(node: CallExpression, callback: FunctionNode, context: JavaScriptContext): void {
  const callee = bare(node.callee)
  if (callee.type !== 'MemberExpression' || !isOfAsync(context) || isOfOtherLists(callee.object, context) || isExplained(context, node)) return
  const advice = handlesFailures(callback) && { advice: true as const }
  context.report(callback, { message: `${nameOf(callee.property)}() does not wait for its async function: the code after it runs before the work is done, and failures are lost`, ...advice })
}

/** Whether all that it awaits is in a try whose catch does something. */
function handlesFailures({ body }: FunctionNode): boolean {
  const awaiting = body?.type === 'BlockStatement' ? body.body.filter((each) => contains(each, ({ type }) => type === 'AwaitExpression', outsideFunctions)) : []
  return awaiting.length > 0 && awaiting.every((each) => each.type === 'TryStatement' && each.handler !== null && each.handler.body.body.length > 0)
}

/** Whether the result is used as a list or an element without await. Libraries whose lists accept async functions return a promise or an async iterable. */
function isUsed(node: CallExpression, { ancestors }: JavaScriptContext): boolean {
  const parent = ancestors.at(-1)
  if (parent?.type === 'MemberExpression') return parent.object === node && /^(?:length|map|forEach|join)$/.test(nameOf(parent.property)) && ancestors.at(-3)?.type !== 'AwaitExpression'
  return parent?.type === 'ReturnStatement' || parent?.type === 'ArrowFunctionExpression' || parent?.type === 'VariableDeclarator' || parent?.type === 'IfStatement'
}

// Lists of these libraries wait for the promises of the function.
const otherModules = /(?:^|[/:])(?:stream|streams|ix|rxjs|effect)(?:$|\/)|async|iter/i
const otherLists = /cursor|locator|stream|readable|async|iter|queue|observable|\$$|(?:^|\.)(?:_|lodash|Promise|bluebird)$|\$\(\)$/i

const isOfOtherLists = (list: Node, { program }: JavaScriptContext): boolean => otherLists.test(chainOf(list)) || outlineOf(program).modules.some((name) => otherModules.test(name))

const isUnhandled = (given: FunctionNode | undefined): boolean => given?.async === true && !given.generator && waits(given) && given.body !== null && !contains(given.body, ({ type }) => type === 'TryStatement', outsideFunctions)

/** A method of the class, or the function of the file to which alone the name belongs. */
function functionNamed(name: string, { program, ancestors }: JavaScriptContext): FunctionNode | undefined {
  if (!name.startsWith('this.')) return outlineOf(program).functions.get(name)
  const owner = ancestors.findLast(({ type }) => type === 'ClassBody')
  const method = owner?.type === 'ClassBody' ? owner.body.find((each) => each.type === 'MethodDefinition' && !each.computed && `this.${nameOf(each.key)}` === name) : undefined
  return method?.type === 'MethodDefinition' && isFunction(method.value) ? method.value : undefined
}

interface Outline {
  readonly modules: readonly string[]
  readonly functions: ReadonlyMap<string, FunctionNode | undefined>
}

const outlines = new WeakMap<Program, Outline>()

function outlineOf(program: Program): Outline {
  let outline = outlines.get(program)
  if (outline === undefined) outlines.set(program, (outline = readOutline(program)))
  return outline
}

function readOutline(program: Program): Outline {
  const modules: string[] = []
  const functions = new Map<string, FunctionNode | undefined>()
  // A name that is bound twice may be either.
  const bind = (name: string, value?: FunctionNode) => functions.set(name, functions.has(name) ? undefined : value)
  walk(program, (node) => {
    if (node.type === 'ImportDeclaration') {
      modules.push(node.source.value)
      for (const { local } of node.specifiers) bind(local.name)
    }
    if (node.type === 'CallExpression' && chainOf(node.callee) === 'require') modules.push(textIn(node.arguments[0]) ?? '')
    if (node.type === 'FunctionDeclaration' && node.id !== null) bind(node.id.name, node)
    if (node.type === 'VariableDeclarator') for (const name of namesBoundBy(node.id)) bind(name, node.id.type === 'Identifier' && isFunction(node.init) ? node.init : undefined)
    if (isFunction(node)) for (const name of node.params.flatMap(namesBoundBy)) bind(name)
  })
  return { modules, functions }
}
