import { remarksOf } from '../../../python/nodes.ts'
import { codeLinesOf } from '../../../syntax/code-lines.ts'
import type { SyntaxRule } from '../../rule.ts'
import { reportRepetitions } from './repetitions.ts'

export const python: SyntaxRule['python'] = {
  Module(module, context) {
    reportRepetitions(codeLinesOf(context.text, remarksOf(module, context.comments)), context)
  },
}
