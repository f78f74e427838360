import { asserts, assertingNames, holdsTests, isTest } from '../../../python/tests.ts'
import type { FunctionDef } from '../../../python/ast.ts'
import type { PythonContext, SyntaxRule } from '../../rule.ts'
import { overlapping } from '../../../syntax/nearby.ts'

const assertion = /^#\s*(?:assert\s+\S+|self\.assert\w+\(|with\s+(?:pytest|self)\.\w*[rR]aises)/

export const python: SyntaxRule['python'] = { FunctionDef: check, AsyncFunctionDef: check }

function check(node: FunctionDef, context: PythonContext): void {
  if (!holdsTests(context) || !isTest(node) || node.body.some((statement) => asserts(statement, assertingNames(context.module)))) return
  const until = endOfLines(context.text, node)
  const said = overlapping(context.comments, node.start, until).find(({ text, start, end }) => start > node.start && end <= until && assertion.test(text) && !isProse(text))
  if (said !== undefined) context.report(said, { message: `${node.name} asserts only in comments` })
}

// "assert only that it is closed": in Python an operator stands between two names.
const isProse = (comment: string): boolean => /^#\s*assert\b/.test(comment) && adjacentNames.test(comment.replace(/^#\s*assert\s+/, '').replace(/(["'])(?:(?!\1).)*\1/g, '""').replace(/\s#.*$/, ''))

const operators = 'and|or|not|in|is|if|else|for|async|await|lambda|yield|from'
const adjacentNames = new RegExp(`\\b(?!(?:${operators})\\b)\\w+[ \\t]+(?!(?:${operators})\\b)[A-Za-z_]`)

/** Comments behind the last statement, as far in as the function is. */
function endOfLines(text: string, { end }: FunctionDef): number {
  const after = /^(?:[^\n]*\n[ \t]+#[^\n]*)*/.exec(text.slice(end))
  return end + (after?.[0].length ?? 0)
}
