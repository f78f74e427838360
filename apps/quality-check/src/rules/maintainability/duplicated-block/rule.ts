import type { SyntaxRule } from '../../rule.ts'
import { python } from './python.ts'
import { reportRepetitions } from './repetitions.ts'

export const rule: SyntaxRule = {
  id: 'duplicated-block',
  kind: 'syntax',
  title: 'Block copied inside a file',
  why: 'Copies drift apart: a fault is mended in one of them and stays in the others.',
  fix: 'Make one function of it that both places call, with what differs as parameters.',
  category: 'maintainability',
  severity: 'warning',
  confidence: 'high',
  languages: ['javascript', 'python'],
  minutes: 10,
  inTests: 'off',
  python,
  javascript: {
    Program(_node, context) {
      reportRepetitions(context.codeLines(), context)
    },
  },
}
