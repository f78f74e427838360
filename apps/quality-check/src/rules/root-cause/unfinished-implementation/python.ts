import type { FunctionDef, PythonExpression, PythonModule, PythonStatement } from '../../../python/ast.ts'
import { isExplained } from '../../../python/comments.ts'
import { isDefault } from '../../../python/defaults.ts'
import { bodyOf, chainOf, isDocstring, isFunctionDef } from '../../../python/nodes.ts'
import type { PythonContext, SyntaxRule } from '../../rule.ts'
import { abstract, comes, decided, promised, unfinished } from './words.ts'
import { overlapping } from '../../../syntax/nearby.ts'

export const python: SyntaxRule['python'] = { FunctionDef: check, AsyncFunctionDef: check }

/** In a class, raising NotImplementedError marks an abstract method, so only words that announce an implementation count. */
function check(node: FunctionDef, context: PythonContext): void {
  if (context.fileClass !== 'source') return
  const owner = context.ancestors.at(-1)
  if (owner?.type !== 'Module' && owner?.type !== 'ClassDef') return
  const [first, second] = bodyOf(node)
  if (first === undefined || (second !== undefined && second.type !== 'Return') || node.decorator_list.length > 0) return
  const spoken = admission(first)
  const said = spoken ?? commentOver(first, node, context)
  if (said === undefined || abstract.test(said) || (spoken !== undefined && isExplained(context, first))) return
  if (said === 'NotImplementedError' && areNames(context)) return
  if (isDecided(node, context)) return
  if (owner.type === 'ClassDef' && !promised.test(said)) return
  context.report(first, { message: `${node.name} is not written yet: all it does is ${first.type === 'Raise' ? 'raise' : 'say'} "${said}"`, ...(first.type === 'Raise' && (owner.type === 'ClassDef' || !isStub(first.exc)) && { advice: true }) })
}

/** Its docstring says why, or that it will not come: a migration that cannot be taken back. */
function isDecided({ body: [first] }: FunctionDef, { textOf }: PythonContext): boolean {
  return first !== undefined && isDocstring(first) && decided.test(textOf(first))
}

/** Any other exception rejects the call on purpose. */
const isStub = (exc: PythonExpression | null) => exc !== null && /(^|\.)NotImplementedError(\(\))?$/.test(chainOf(exc))

/** The comment that says so without a reason, above a lone `return []` or `return Decimal("0")`. */
function commentOver(statement: PythonStatement, { start, end }: FunctionDef, { comments }: PythonContext): string | undefined {
  if (statement.type !== 'Return' || statement.value === null || !(isDefault(statement.value) || isOfConstants(statement.value))) return undefined
  const own = overlapping(comments, start, end).filter((comment) => comment.start > start && comment.end < end)
  if (own.some(({ text }) => /\bbecause\b/i.test(text))) return undefined
  return own.find(({ text }) => comes.test(text))?.text.replace(/^[#\s]+/, '')
}

const isOfConstants = (node: PythonExpression): boolean => node.type === 'Call' && /(?:^|\.)[A-Z]\w*$/.test(chainOf(node.func)) && node.keywords.length === 0 && node.args.every(({ type }) => type === 'Constant')

// Several functions in a row that only raise are declarations to which something else gives a meaning.
const mostNames = 2

const known = new WeakMap<PythonModule, boolean>()

function areNames({ module }: PythonContext): boolean {
  const are = known.get(module) ?? module.body.filter((each) => isFunctionDef(each) && bodyOf(each)[0]?.type === 'Raise').length > mostNames
  known.set(module, are)
  return are
}

function admission(statement: PythonStatement): string | undefined {
  if (statement.type === 'Raise' && statement.exc !== null) {
    const chain = chainOf(statement.exc).replace(/\(\)$/, '')
    const words = wordsOf(statement.exc)
    if (chain === 'NotImplementedError' && words === '') return chain
    return /(Error|Exception)$/.test(chain) && unfinished.test(words) ? words : undefined
  }
  if (statement.type !== 'Expr' || statement.value.type !== 'Call' || !/^(print|log(ger|ging)?\.\w+)$/.test(chainOf(statement.value.func))) return undefined
  const words = wordsOf(statement.value)
  return unfinished.test(words) ? words : undefined
}

function wordsOf(node: PythonExpression): string {
  const [given] = node.type === 'Call' ? node.args : []
  const first = given?.type === 'BinOp' ? given.left : given
  if (first?.type === 'Constant') return first.kind === 'str' ? first.value : ''
  return first?.type === 'JoinedStr' ? first.values.map((value) => (value.type === 'Constant' && value.kind === 'str' ? value.value : '…')).join('') : ''
}
