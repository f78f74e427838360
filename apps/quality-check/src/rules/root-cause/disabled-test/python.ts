import type { ClassDef, FunctionDef } from '../../../python/ast.ts'
import { isExcused } from '../../../python/comments.ts'
import { bodyOf, isFunctionDef } from '../../../python/nodes.ts'
import { isForetold, readInnerSkip, readSkip } from '../../../python/skips.ts'
import { holdsTests, isTest } from '../../../python/tests.ts'
import type { PythonContext, SyntaxRule } from '../../rule.ts'

export const python: SyntaxRule['python'] = { FunctionDef: check, AsyncFunctionDef: check, ClassDef: check }

/** A test that a function makes is switched off for those that ask for it so. */
function check(node: FunctionDef | ClassDef, context: PythonContext): void {
  if (!holdsTests(context)) return
  for (const decorator of node.decorator_list) {
    const skip = readSkip(decorator)
    if (skip !== undefined && judge(isForetold(decorator, node, context) ? 'explained' : skip, decorator, context)) context.report(decorator, { message: `${node.name} is switched off without a reason`, ...(context.ancestors.some(isFunctionDef) && { advice: true }) })
  }
  const [first] = isTest(node) ? bodyOf(node) : []
  if (first?.type !== 'Expr') return
  const skip = readInnerSkip(first.value)
  if (skip !== undefined && judge(skip, first, context)) context.report(first, { message: `${node.name} skips itself without a reason` })
}

const judge = (skip: 'explained' | 'unexplained', at: { readonly start: number; readonly end: number }, context: PythonContext) => skip === 'unexplained' && !isExcused(context, at)
