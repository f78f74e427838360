import type { FlowRule } from '../../../flow/flow-rule.ts'
import { javascript } from './javascript.ts'
import { python } from './python.ts'

export const rule: FlowRule = {
  kind: 'flow',
  id: 'sql-injection',
  title: 'SQL text built from outside data',
  why: 'Text that others decide becomes part of an SQL statement, so they can read, change or delete any row.',
  fix: 'Pass the value as a bound parameter (`?`, `$1`, `:name`) instead of putting it into the SQL text; take names of columns and tables, which cannot be bound, from a fixed list.',
  category: 'security',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python'],
  cwe: 'CWE-89',
  securitySeverity: 9.1,
  inTests: { severity: 'note', securitySeverity: 3 },
  sources: ['request', 'arguments', 'message', 'parameter'],
  javascript,
  python,
}
