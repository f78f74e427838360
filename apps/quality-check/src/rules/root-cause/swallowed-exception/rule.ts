import { readSwallowing } from '../../../javascript/swallowing.ts'
import type { SyntaxRule } from '../../rule.ts'
import { python } from './python.ts'

export const rule: SyntaxRule = {
  id: 'swallowed-exception',
  kind: 'syntax',
  title: 'Failure turned into a default',
  why: 'Whatever went wrong, bugs included, becomes an ordinary value: callers cannot tell failure from "nothing there", and nobody hears of it.',
  fix: 'Let it pass, or catch only the failure that is expected (by its type or code) and rethrow the rest; say in a comment when losing it is meant.',
  category: 'root_cause',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python'],
  cwe: 'CWE-390',
  inTests: 'off',
  python,
  javascript: {
    CatchClause(node, context) {
      const found = readSwallowing(node, context)
      if (found === undefined) return
      // An empty clause is where the engine finds it.
      const at = node.body.body.length === 0 ? node.body : { start: node.start, end: node.start + 'catch'.length }
      context.report(at, { message: `${found.tried} may fail for any reason, and each ends as ${found.outcome}`, ...(!found.matters && { advice: true }) })
    },
  },
}
