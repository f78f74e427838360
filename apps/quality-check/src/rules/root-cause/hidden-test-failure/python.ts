import type { PythonNode, PythonStatement } from '../../../python/ast.ts'
import { isExplained } from '../../../python/comments.ts'
import { chainOf, contains, outsideFunctions } from '../../../python/nodes.ts'
import { holdsTests, isTest } from '../../../python/tests.ts'
import type { SyntaxRule } from '../../rule.ts'

export const python: SyntaxRule['python'] = {
  ExceptHandler(node, context) {
    const attempt = context.ancestors.at(-1)
    if (attempt?.type !== 'Try' || attempt.finalbody.length > 0 || !holdsTests(context) || !context.ancestors.some(isTest)) return
    const caught = node.exception === null ? '' : context.textOf(node.exception)
    if (caught !== '' && !/\b(AssertionError|Exception|BaseException)\b/.test(caught)) return
    if (!attempt.body.some((statement) => contains(statement, isCheck, outsideFunctions)) || !node.body.every(isQuiet) || isExplained(context, node)) return
    context.report({ start: node.start, end: node.exception?.end ?? node.start + 'except'.length }, { message: 'an assertion that fails in this try is caught and forgotten: the test stays green', ...(attempt.body.some((statement) => contains(statement, isEnough, outsideFunctions)) && { advice: true }) })
  },
}

const isCheck = (node: PythonNode) => node.type === 'Assert' || (node.type === 'Call' && /^self\.assert\w+$/.test(chainOf(node.func)))

/** One of several tries has to hold: what comes after them decides. */
const isEnough = ({ type }: PythonNode) => type === 'Break' || type === 'Return'

const isQuiet = (statement: PythonStatement) => statement.type === 'Pass' || (statement.type === 'Expr' && statement.value.type === 'Call' && /^(print|traceback\.\w+|log(ger|ging)?\.\w+)$/.test(chainOf(statement.value.func)))
