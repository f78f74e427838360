import type { Class, Directive, MethodDefinition, Node, Program, Statement } from '@oxc-project/types'
import { isExplained } from '../../../javascript/comments.ts'
import { isDefault } from '../../../javascript/defaults.ts'
import { chainOf, nameOfFunction, textIn, type FunctionNode } from '../../../javascript/nodes.ts'
import type { JavaScriptContext, SyntaxRule } from '../../rule.ts'
import { abstract, comes, done, promised, task, uncalled, unfinished } from './words.ts'
import { python } from './python.ts'
import { commentsBeside, overlapping } from '../../../syntax/nearby.ts'

const baseName = /^(Abstract|Base|I[A-Z])|(Base|Abstract|Interface|Strategy|Dialect|Driver|Adapter|Provider|Plugin|Interface|Mixin)$/

// A function that represents a missing implementation.
const refusing = /^(?:throw)?(?:un|not_?)implemented/i

export const rule: SyntaxRule = {
  id: 'unfinished-implementation',
  kind: 'syntax',
  title: 'Function that is not written yet',
  why: 'It stands where work was promised and does none: whoever calls it fails or goes on with nothing.',
  fix: 'Write it, or take it out together with everything that calls it.',
  category: 'root_cause',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python'],
  inTests: 'off',
  adviceUnlessNew: true,
  python,
  javascript: {
    FunctionDeclaration: check,
    FunctionExpression: check,
    ArrowFunctionExpression: check,
  },
}

/** The function only says that it does nothing: as its only statement, not in one of its branches. */
function check(node: FunctionNode, context: JavaScriptContext): void {
  if (node.body?.type !== 'BlockStatement' || node.body.body.length === 0 || node.body.body.length > 2) return
  const [first, second] = node.body.body as [Statement | Directive, Statement | Directive | undefined]
  const said = admission(first) ?? commentOver(first, node, context) ?? taskOver(first, node, context)
  if (said === undefined || abstract.test(said) || (second !== undefined && second.type !== 'ReturnStatement') || isOfBaseClass(context) || isNeverRun(node, context) || isNotToBeCalled(node, context) || (admission(first) !== undefined && isExplained(context, first))) return
  const { name } = nameOfFunction(node, context.ancestors)
  if (refusing.test(name)) return
  context.report(first, { message: `${name === '' ? 'this function' : name} is not written yet: all it does is say "${said}"`, ...((!promised.test(said) || context.ancestors.at(-1)?.type === 'Property') && { advice: true }) })
}

/** The comment that says so, above a lone `return []`. */
function commentOver(statement: Statement | Directive, { start, end }: FunctionNode, { comments }: JavaScriptContext): string | undefined {
  if (statement.type !== 'ReturnStatement' || statement.argument === null || !isDefault(statement.argument)) return undefined
  return overlapping(comments, start, end).find((comment) => comment.start > start && comment.end < end && comes.test(comment.value))?.value.trim()
}

/** `// TODO: call the bank` above a lone `return { id, status: 'paid' }`: unfinished work is reported as done. */
function taskOver(statement: Statement | Directive, { start, params }: FunctionNode, { comments }: JavaScriptContext): string | undefined {
  if (statement.type !== 'ReturnStatement' || statement.argument?.type !== 'ObjectExpression' || params.length === 0) return undefined
  const { properties } = statement.argument
  if (!properties.every((each) => each.type === 'Property' && (each.value.type === 'Identifier' || each.value.type === 'Literal')) || !properties.some(tellsDone)) return undefined
  return overlapping(comments, start, statement.start).find((comment) => comment.start > start && comment.end < statement.start && task.test(comment.value))?.value.trim()
}

const tellsDone = (property: Node): boolean => property.type === 'Property' && property.value.type === 'Literal' && done.test(`${chainOf(property.key)}: ${property.value.value}`)

/** Excluded from coverage, because it is replaced before it is called. */
const isNeverRun = ({ start, end }: FunctionNode, { comments }: JavaScriptContext): boolean => overlapping(comments, start, end).some((comment) => comment.start > start && comment.end < end && /^\s*(?:c8|v8|istanbul) ignore/.test(comment.value))

/** The comment directly above the function tells callers to leave it alone. */
function isNotToBeCalled({ start }: FunctionNode, { ancestors, comments, text }: JavaScriptContext): boolean {
  const parent = ancestors.at(-1)
  const head = parent?.type === 'MethodDefinition' ? parent.start : start
  return commentsBeside(comments, text, { start: head, end: head }).some((comment) => comment.end <= head && uncalled.test(comment.value) && text.slice(comment.end, head).trim() === '')
}

/** The message of an error that is thrown, or of console output. */
function admission(statement: Statement | Directive): string | undefined {
  const said = statement.type === 'ThrowStatement' ? wordsOf(statement.argument) : statement.type === 'ExpressionStatement' && chainOf(statement.expression).startsWith('console.') ? wordsOf(statement.expression) : undefined
  return said !== undefined && unfinished.test(said) ? said : undefined
}

function wordsOf(node: Node): string | undefined {
  if (node.type !== 'NewExpression' && node.type !== 'CallExpression') return undefined
  // With an error code, rejecting the call is intended.
  if (node.arguments.length > 1 && (textIn(node.arguments[0]) === 'unimplemented' || node.arguments.some((each) => each.type === 'Literal' && each.value === 501))) return undefined
  const [first] = node.arguments
  if (/NotImplemented(Error|Exception)?$/.test(chainOf(node.callee))) return textIn(first) ?? 'not implemented'
  return first?.type === 'TemplateLiteral' ? first.quasis.map(({ value }) => value.raw).join('…') : textIn(first)
}

/** A method to be overridden: in classes named base, on prototypes, and, in JavaScript without abstract classes, in any class but a derived one with few such methods. */
function isOfBaseClass({ ancestors, extension }: JavaScriptContext): boolean {
  const parent = ancestors.at(-1)
  if (parent?.type === 'AssignmentExpression') return true
  const owner = ancestors.at(-3)
  if (parent?.type !== 'MethodDefinition' || (owner?.type !== 'ClassDeclaration' && owner?.type !== 'ClassExpression')) return false
  if (baseName.test(owner.id?.name ?? '') || owner.abstract === true || isMixin(ancestors) || isOverridden(parent, owner, ancestors)) return true
  const methods = owner.body.body.flatMap((member) => (member.type === 'MethodDefinition' && member.value.body !== null ? [member.value.body] : []))
  const unwritten = methods.filter(({ body }) => body[0] !== undefined && admission(body[0]) !== undefined).length
  const hasSuper = owner.superClass !== null || (owner.implements ?? []).length > 0
  return hasSuper ? ((unwritten * 2 > methods.length && unwritten > 1) || unwritten > 3) && !/^\.[cm]?tsx?$/.test(extension) : !/^\.[cm]?tsx?$/.test(extension)
}

/** `(Base) => class extends Base`: a mixin, whose users implement it. */
function isMixin(ancestors: readonly Node[]): boolean {
  const [maker, owner] = ancestors.slice(-4, -2)
  const made = owner?.type === 'ClassExpression' ? owner.superClass : undefined
  const around = maker?.type === 'ArrowFunctionExpression' ? maker : undefined
  return made?.type === 'Identifier' && around?.params.some((each) => each.type === 'Identifier' && each.name === made.name) === true
}

/** A class in the same file extends this one and implements it. */
function isOverridden({ key }: MethodDefinition, owner: Class, ancestors: readonly Node[]): boolean {
  const program = ancestors[0]
  const name = chainOf(key)
  if (program?.type !== 'Program' || owner.id === null || name === '') return false
  return (methodsOfDerived(program).get(owner.id.name) ?? noNames).has(name)
}

const noNames: ReadonlySet<string> = new Set()
const knownMethods = new WeakMap<Program, ReadonlyMap<string, ReadonlySet<string>>>()

/** The methods of the classes of a file, by the class that they extend. */
function methodsOfDerived(program: Program): ReadonlyMap<string, ReadonlySet<string>> {
  const known = knownMethods.get(program)
  if (known !== undefined) return known
  const methods = new Map<string, Set<string>>()
  for (const statement of program.body) {
    const declared = statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration' ? statement.declaration : statement
    if (declared?.type !== 'ClassDeclaration' || declared.superClass === null) continue
    const extended = chainOf(declared.superClass)
    const own = methods.get(extended) ?? new Set()
    for (const member of declared.body.body) if (member.type === 'MethodDefinition') own.add(chainOf(member.key))
    methods.set(extended, own)
  }
  knownMethods.set(program, methods)
  return methods
}
