import { codeLinesOf } from '../../../syntax/code-lines.ts'
import { findRepetitions } from '../../../syntax/repeated-lines.ts'
import type { JavaScriptRule } from '../../rule.ts'

export const rule: JavaScriptRule = {
  id: 'duplicated-block',
  kind: 'javascript',
  title: 'Block copied inside a file',
  why: 'Copies drift apart: a fault is mended in one of them and stays in the others.',
  fix: 'Make one function of it that both places call, with what differs as parameters.',
  category: 'maintainability',
  severity: 'warning',
  confidence: 'high',
  languages: ['javascript'],
  minutes: 10,
  inTests: 'off',
  on: {
    Program(_node, context) {
      if (context.fileClass === 'stub') return
      const copies = new Set<number>()
      for (const { start, end, lines, originalFirstLine, originalLastLine } of findRepetitions(codeLinesOf(context.text, context.comments))) {
        const minutes = copies.has(originalFirstLine) ? 5 : 10
        copies.add(originalFirstLine)
        context.report({ start, end }, { message: `these ${lines} lines of code repeat lines ${originalFirstLine}-${originalLastLine}`, minutes })
      }
    },
  },
}
