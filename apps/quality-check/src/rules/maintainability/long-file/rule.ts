import { codeLinesOf } from '../../../syntax/code-lines.ts'
import type { JavaScriptRule } from '../../rule.ts'

const allowed = 500

export const rule: JavaScriptRule = {
  id: 'long-file',
  kind: 'javascript',
  title: 'File too long',
  why: 'A file of this size holds several subjects: what belongs together is far apart, and everybody edits the same file.',
  fix: 'Move what belongs together into a file of its own.',
  category: 'maintainability',
  severity: 'warning',
  confidence: 'high',
  languages: ['javascript'],
  minutes: 60,
  inTests: 'off',
  on: {
    Program(_node, context) {
      const { lines } = codeLinesOf(context.text, context.comments)
      const first = lines[allowed]
      if (first !== undefined && context.fileClass !== 'stub') context.report(first, { message: `the file has ${lines.length} lines of code, more than ${allowed}; this is the first over it` })
    },
  },
}
