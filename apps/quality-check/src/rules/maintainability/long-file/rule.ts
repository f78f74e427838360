import type { SyntaxRule } from '../../rule.ts'
import { allowed } from './limits.ts'
import { python } from './python.ts'

export const rule: SyntaxRule = {
  id: 'long-file',
  kind: 'syntax',
  title: 'File too long',
  why: 'A file of this size holds several subjects: what belongs together is far apart, and everybody edits the same file.',
  fix: 'Move what belongs together into a file of its own.',
  category: 'maintainability',
  severity: 'warning',
  confidence: 'high',
  languages: ['javascript', 'python'],
  minutes: 60,
  inTests: 'off',
  python,
  javascript: {
    Program(_node, context) {
      const { lines } = context.codeLines()
      const first = lines[allowed]
      if (first !== undefined && context.fileClass !== 'stub') context.report(first, { message: `the file has ${lines.length} lines of code, more than ${allowed}; this is the first over it` })
    },
  },
}
