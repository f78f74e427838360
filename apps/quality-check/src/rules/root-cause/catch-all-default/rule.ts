import { readSwallowing } from '../../../javascript/swallowing.ts'
import type { JavaScriptRule } from '../../rule.ts'

export const rule: JavaScriptRule = {
  id: 'catch-all-default',
  kind: 'javascript',
  title: 'Any exception turned into a default',
  why: 'A fault in the code itself ends as the same ordinary value as the failure that was expected here.',
  fix: 'Let it pass, or catch only the failure that is expected (by its type or code) and rethrow the rest; say in a comment when losing it is meant.',
  category: 'root_cause',
  severity: 'note',
  confidence: 'medium',
  languages: ['javascript'],
  cwe: 'CWE-390',
  inTests: 'off',
  on: {
    CatchClause(node, context) {
      const found = readSwallowing(node, context)
      if (found?.awaited === false) context.report({ start: node.start, end: node.start + 'catch'.length }, { message: `${found.tried} may fail for any reason, and each ends as ${found.outcome}` })
    },
  },
}
