import type { PythonContext } from '../rules/rule.ts'
import type { ClassDef, FunctionDef, PythonExpression } from './ast.ts'
import { isExplained } from './comments.ts'
import { chainOf, isDocstring } from './nodes.ts'
import { reasonIn } from './tests.ts'

const shortestReason = 5

/** Whether a decorator or a call skips a test unconditionally, and whether it states a reason. */
export function readSkip(node: PythonExpression): 'explained' | 'unexplained' | undefined {
  const chain = chainOf(node).replace(/\(\)$/, '')
  if (/^(unittest\.|pytest\.mark\.)?skip$|^(pytest\.)?mark\.(skip|xfail)$|^pytest\.mark\.xfail$|^unittest\.expectedFailure$/.test(chain)) {
    // With a condition, it depends on the environment. A strict xfail fails as soon as the test passes.
    if (node.type === 'Call' && chain.endsWith('xfail') && (node.args.length > 0 || node.keywords.some(({ arg }) => arg === 'raises' || arg === 'condition' || arg === 'strict'))) return undefined
    return reasonIn(node).length >= shortestReason ? 'explained' : 'unexplained'
  }
  return undefined
}

/** pytest.skip() or self.skipTest() as a call. */
export function readInnerSkip(node: PythonExpression): 'explained' | 'unexplained' | undefined {
  if (node.type !== 'Call' || !/^(pytest\.(skip|xfail)|self\.skipTest)$/.test(chainOf(node.func))) return undefined
  return reasonIn(node).length >= shortestReason ? 'explained' : 'unexplained'
}

/** An expected failure: the test still runs, and a description of the problem is the reason. */
export function isForetold(decorator: PythonExpression, node: FunctionDef | ClassDef, context: PythonContext): boolean {
  if (!/(xfail|expectedFailure)(\(\))?$/.test(chainOf(decorator))) return false
  const [first] = node.body
  return first !== undefined && (isDocstring(first) || isExplained(context, { start: decorator.start, end: first.end }))
}
