import type { FunctionDef, PythonStatement } from '../../../python/ast.ts'
import { isExplained } from '../../../python/comments.ts'
import { bodyOf, chainOf, contains, isEllipsis, mentions, namesBoundBy, outsideFunctions, parametersOf } from '../../../python/nodes.ts'
import { readSkip } from '../../../python/skips.ts'
import { asserts, assertingNames, holdsTests, isTest } from '../../../python/tests.ts'
import type { PythonContext, SyntaxRule } from '../../rule.ts'

const smoke = /(no_?(error|exception|raise|crash)|not_(raise|fail|crash)|smoke|import|render|compile|run|load|start|work|noop|no_op|leak|warn|type|bench|allow|accept|ignore|support|can_|without_error|doesnt|safe)/i
const observers = /^(benchmark|snapshot|regtest|data_regression|file_regression|mocker_verify)$/

export const python: SyntaxRule['python'] = { FunctionDef: check, AsyncFunctionDef: check }

function check(node: FunctionDef, context: PythonContext): void {
  if (!holdsTests(context) || !isTest(node) || context.ancestors.some((each) => each.type === 'FunctionDef' || each.type === 'AsyncFunctionDef')) return
  if (context.fileClass !== 'test' && !context.ancestors.some((each) => each.type === 'ClassDef' && /Test/.test(each.name))) return
  if (smoke.test(node.name) || parametersOf(node).some((name) => observers.test(name)) || node.decorator_list.some((decorator) => readSkip(decorator) !== undefined || /fixture|overload|abstract/.test(chainOf(decorator)))) return
  const body = bodyOf(node)
  // A test that overrides an inherited one to disable it explains that in its docstring.
  if ((body.length === 0 && node.body.length > 0) || (body.length < node.body.length && body.every(({ type }) => type === 'Pass')) || !isHollow(body) || body.some((statement) => asserts(statement, assertingNames(context.module))) || isExplained(context, node)) return
  context.report({ start: node.nameStart, end: node.nameStart + node.name.length }, { message: `${node.name} asserts nothing: it passes whatever the code does` })
}

/** The test is empty, or computes something without using it. A test of calls alone may check that nothing is thrown. */
function isHollow(body: readonly PythonStatement[]): boolean {
  if (body.every((statement) => statement.type === 'Pass' || isEllipsis(statement))) return true
  if (body.some((statement) => contains(statement, (each) => each.type === 'With' || each.type === 'AsyncWith' || !outsideFunctions(each)))) return false
  return body.some((statement) => statement.type === 'Assign' && isCall(statement.value) && statement.targets.flatMap(namesBoundBy).some((name) => body.every((each) => each === statement || !mentions(each, name) || isPrint(each))))
}

const isCall = (value: { readonly type: string }) => value.type === 'Call' || value.type === 'Await'
const isPrint = (statement: PythonStatement) => statement.type === 'Expr' && statement.value.type === 'Call' && chainOf(statement.value.func) === 'print'
