import type { ExceptHandler, PythonNode, PythonStatement } from '../../../python/ast.ts'
import { isExplained } from '../../../python/comments.ts'
import { chainOf, contains, mentions, namesBoundBy, outsideFunctions } from '../../../python/nodes.ts'
import { holdsTests, isTest } from '../../../python/tests.ts'
import type { PythonContext, SyntaxRule } from '../../rule.ts'

export const python: SyntaxRule['python'] = {
  ExceptHandler(node, context) {
    const attempt = context.ancestors.at(-1)
    if (attempt?.type !== 'Try' || attempt.finalbody.length > 0 || !holdsTests(context) || !context.ancestors.some(isTest)) return
    if (!catchesAll(node, context)) return
    // Assertions inside an inner try that catches them do not reach the outer one.
    const escapes = (each: PythonNode) => outsideFunctions(each) && !(each.type === 'Try' && each.handlers.some((handler) => catchesAll(handler, context)))
    if (!attempt.body.some((statement) => escapes(statement) && contains(statement, isCheck, escapes)) || !node.body.every(isQuiet) || isExplained(context, node) || isCounted(attempt, context)) return
    context.report({ start: node.start, end: node.exception?.end ?? node.start + 'except'.length }, { message: 'an assertion that fails in this try is caught and forgotten: the test stays green', ...(attempt.body.some((statement) => contains(statement, isEnough, outsideFunctions)) && { advice: true }) })
  },
}

function catchesAll({ exception }: ExceptHandler, context: PythonContext): boolean {
  return exception === null || /\b(AssertionError|Exception|BaseException)\b/.test(context.textOf(exception))
}

type Attempt = Extract<PythonNode, { type: 'Try' }>

const isCheck = (node: PythonNode) => node.type === 'Assert' || (node.type === 'Call' && /^self\.assert\w+$/.test(chainOf(node.func)))

/** What the try notes after its assertions is asserted later: `matches += 1`, then `assert matches == 3`. */
function isCounted({ body, orelse, end }: Attempt, { ancestors }: PythonContext): boolean {
  const checked = body.findIndex((statement) => contains(statement, isCheck, outsideFunctions))
  const noted = [...body.slice(checked + 1), ...orelse].flatMap((statement) => (statement.type === 'AugAssign' ? namesBoundBy(statement.target) : statement.type === 'Assign' ? statement.targets.flatMap(namesBoundBy) : []))
  const test = ancestors.findLast(isTest)
  return test !== undefined && noted.some((name) => contains(test, (each) => isCheck(each) && each.start > end && mentions(each, name), (each) => each === test || outsideFunctions(each)))
}

/** One of several attempts must succeed; the code after them decides. */
const isEnough = ({ type }: PythonNode) => type === 'Break' || type === 'Return'

const isQuiet = (statement: PythonStatement) => statement.type === 'Pass' || (statement.type === 'Expr' && statement.value.type === 'Call' && /^(print|traceback\.\w+|log(ger|ging)?\.\w+)$/.test(chainOf(statement.value.func)))
