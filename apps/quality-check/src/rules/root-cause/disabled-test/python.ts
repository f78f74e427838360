import type { ClassDef, FunctionDef, PythonExpression, PythonNode } from '../../../python/ast.ts'
import { isExcused } from '../../../python/comments.ts'
import { bodyOf, chainOf, isFunctionDef } from '../../../python/nodes.ts'
import { isForetold, readInnerSkip, readSkip } from '../../../python/skips.ts'
import { holdsTests, isTest } from '../../../python/tests.ts'
import type { PythonContext, SyntaxRule } from '../../rule.ts'

export const python: SyntaxRule['python'] = { FunctionDef: check, AsyncFunctionDef: check, ClassDef: check }

function check(node: FunctionDef | ClassDef, context: PythonContext): void {
  if (!holdsTests(context)) return
  const found = isMade(context) ? { advice: true as const } : {}
  for (const decorator of node.decorator_list) {
    if (isOfNoCase(decorator) && !isExcused(context, decorator)) context.report(decorator, { message: `the table of ${node.name} is empty: it never runs`, ...found })
    const skip = readSkip(decorator)
    if (skip !== undefined && judge(isForetold(decorator, node, context) ? 'explained' : skip, decorator, context)) context.report(decorator, { message: `${node.name} is switched off without a reason`, ...found })
  }
  const [first] = isTest(node) ? bodyOf(node) : []
  if (first?.type !== 'Expr') return
  const skip = readInnerSkip(first.value)
  if (skip !== undefined && judge(skip, first, context)) context.report(first, { message: `${node.name} skips itself without a reason`, ...found })
}

/** @pytest.mark.parametrize("a, b", []) */
function isOfNoCase(decorator: PythonExpression): boolean {
  if (decorator.type !== 'Call' || !/^(?:pytest\.)?mark\.parametrize$/.test(chainOf(decorator.func))) return false
  const [, table] = decorator.args
  return (table?.type === 'List' || table?.type === 'Tuple') && table.elts.length === 0
}

/** A test inside a function or another class is run by the surrounding code and not found by a runner. */
const isMade = ({ ancestors }: PythonContext): boolean => ancestors.some(isFunctionDef) || ancestors.slice(ancestors.findIndex(isClass) + 1).some((each) => isClass(each) && each.bases.some((base) => chainOf(base).endsWith('TestCase')))

const isClass = (node: PythonNode): node is ClassDef => node.type === 'ClassDef'

const judge = (skip: 'explained' | 'unexplained', at: { readonly start: number; readonly end: number }, context: PythonContext) => skip === 'unexplained' && !isExcused(context, at)
