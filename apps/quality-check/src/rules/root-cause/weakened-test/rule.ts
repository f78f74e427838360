import type { ChangeRule } from '../../rule.ts'

export const rule: ChangeRule = {
  kind: 'change',
  id: 'weakened-test',
  title: 'Test made to ask less',
  why: 'The change takes away what a test asked for, or asks for less in its place: it is green now because it looks away.',
  fix: 'Put the assertion back and make the code right; where what it asked for was wrong, assert what is right as exactly.',
  category: 'root_cause',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python', 'go', 'java'],
}
