import type { FunctionDef, PythonExpression } from '../../../python/ast.ts'
import { isExplained } from '../../../python/comments.ts'
import { bodyOf, chainOf, contains } from '../../../python/nodes.ts'
import { assertingNames, asserts, holdsTests, isTest, testsSomething } from '../../../python/tests.ts'
import type { PythonContext, SyntaxRule } from '../../rule.ts'
import { isDrawn, isOfType } from './names.ts'

export const python: SyntaxRule['python'] = { FunctionDef: check, AsyncFunctionDef: check }

const plain = /^(?:int|float|str|bool|list|dict|tuple|set|bytes|object)$/

function check(node: FunctionDef, context: PythonContext): void {
  if (!holdsTests(context) || !testsSomething(context) || !isTest(node) || isOfType(node.name) || node.decorator_list.length > 0) return
  const body = bodyOf(node)
  const results = new Map(body.flatMap((each) => (each.type === 'Assign' && each.targets[0]?.type === 'Name' ? [[each.targets[0].id, each.value] as const] : [])))
  const found = body.flatMap((each) => (each.type === 'Assert' ? [{ at: each, of: typeAsserted(each.test, results) }] : []))
  const [first] = found
  if (first?.of === undefined || found.some(({ of }) => of === undefined) || isExplained(context, node)) return
  if (body.some((each) => each.type !== 'Assert' && (contains(each, ({ type }) => type === 'Assert') || asserts(each, assertingNames(context.module))))) return
  context.report(first.at, { message: `the test asserts only the type of what ${first.of}() returns, not its value` })
}

/** isinstance(f(x), int), type(f(x)) is int: the called function. */
function typeAsserted(test: PythonExpression, results: ReadonlyMap<string, PythonExpression>): string | undefined {
  const [subject, type] = test.type === 'Call' && chainOf(test.func) === 'isinstance' ? test.args : test.type === 'Compare' && test.left.type === 'Call' && chainOf(test.left.func) === 'type' && /^(?:is|==)$/.test(test.ops.join()) ? [test.left.args[0], test.comparators[0]] : []
  if (subject === undefined || type?.type !== 'Name' || !plain.test(type.id)) return undefined
  const given = subject.type === 'Name' ? results.get(subject.id) : subject
  const call = given?.type === 'Await' ? given.value : given
  if (call?.type !== 'Call' || call.args.length + call.keywords.length === 0) return undefined
  const name = chainOf(call.func)
  return name === '' || isDrawn(name) ? undefined : name
}
