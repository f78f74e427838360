import type { SyntaxRule } from '../../rule.ts'
import { reportRepetitions } from './repetitions.ts'

export const python: SyntaxRule['python'] = {
  Module(_module, context) {
    reportRepetitions(context.codeLines(), context)
  },
}
