import { findAdmissions } from '../../../debt/admissions.ts'
import type { TextRule } from '../../rule.ts'

export const rule: TextRule = {
  kind: 'text',
  id: 'self-admitted-debt',
  title: 'comment that admits something undone or badly done',
  why: 'The comment says that the code is not what it should be, and nobody is set to change it.',
  fix: 'Do what the comment says is missing, or give it a ticket: TODO(#123).',
  category: 'root_cause',
  severity: 'warning',
  confidence: 'medium',
  languages: [],
  cwe: 'CWE-546',
  inTests: { severity: 'note' },
  check: (text, place) =>
    findAdmissions(text, place)
      .filter(({ isTracked }) => !isTracked)
      .map(({ start, end, phrase }) => ({ start, end, message: `the comment admits debt: "${phrase}"` })),
}
