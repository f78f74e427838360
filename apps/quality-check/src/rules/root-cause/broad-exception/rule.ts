import type { ExceptHandler, PythonNode } from '../../../python/ast.ts'
import { isExplained } from '../../../python/comments.ts'
import { isSilent } from '../../../python/defaults.ts'
import { bodyOf, chainOf, contains, takesEverything } from '../../../python/nodes.ts'
import type { PythonContext, PythonRule } from '../../rule.ts'

export const rule: PythonRule = {
  id: 'broad-exception',
  kind: 'python',
  title: 'Every exception handled alike',
  why: 'A misspelt name or a full disk is treated like the failure that was expected, and nothing says which it was.',
  fix: 'Name the exceptions that are expected here, or log what was caught.',
  category: 'root_cause',
  severity: 'note',
  confidence: 'medium',
  languages: ['python'],
  cwe: 'CWE-396',
  inTests: 'off',
  on: { ExceptHandler: check },
}

/** The exception is neither read, logged nor passed on. ruff reports a bare except, and another rule one that only returns a default. */
function check(node: ExceptHandler, context: PythonContext): void {
  if (node.exception === null || !takesEverything(node) || bodyOf(node).every(isSilent)) return
  const told = (each: PythonNode): boolean => each.type === 'Raise' || (each.type === 'Name' && each.id === node.name) || (each.type === 'Call' && tells.test(chainOf(each.func)))
  if (!node.body.some((statement) => contains(statement, told)) && !isExplained(context, node)) context.report({ start: node.start, end: node.exception.end }, { message: 'what went wrong is neither read nor told' })
}

const tells = /(^|[._])(exception|error|warning|warn|critical|fatal|fail|failed|abort|exit|rollback|traceback|print_exc|format_exc|exc_info|set_exception|capture_exception|print|report|handle_error|handle_exception|info|log|Failure|safe_reraise)(_exception)?$/
