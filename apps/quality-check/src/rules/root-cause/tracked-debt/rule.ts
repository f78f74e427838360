import { findAdmissions } from '../../../debt/admissions.ts'
import type { TextRule } from '../../rule.ts'

export const rule: TextRule = {
  kind: 'text',
  id: 'tracked-debt',
  title: 'task in a comment, with a ticket or a date',
  why: 'It is known and somebody has it, and until it is done the code is not what it should be.',
  fix: 'Close the ticket together with the comment.',
  category: 'root_cause',
  severity: 'note',
  confidence: 'high',
  languages: [],
  cwe: 'CWE-546',
  inTests: 'off',
  check: (text, place) =>
    findAdmissions(text, place)
      .filter(({ isTracked }) => isTracked)
      .map(({ start, end, phrase }) => ({ start, end, message: `a task is open: "${phrase}"` })),
}
