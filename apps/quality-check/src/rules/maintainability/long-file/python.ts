import type { SyntaxRule } from '../../rule.ts'
import { allowed } from './limits.ts'

export const python: SyntaxRule['python'] = {
  Module(_module, context) {
    const { lines } = context.codeLines()
    const first = lines[allowed]
    if (first !== undefined && context.fileClass !== 'stub') context.report(first, { message: `the file has ${lines.length} lines of code, more than ${allowed}; this is the first over it` })
  },
}
