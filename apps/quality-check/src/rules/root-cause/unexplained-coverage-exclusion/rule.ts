import { isReason } from '../../../syntax/reasons.ts'
import type { TextRule } from '../../rule.ts'

const javascript = /\/[/*][ \t]*(?:(?:istanbul|c8|v8)[ \t]+ignore[ \t]+(?:next|if|else|file|start)(?:[ \t]+\d+)?|node:coverage[ \t]+(?:ignore next(?:[ \t]+\d+)?|disable))\b([^\r\n]*)/g
const python = /#[ \t]*pragma[ \t]*:?[ \t]*no[ \t]?cover\b([^\r\n]*)/gi
// Lines that tests cannot reach are excluded from coverage legitimately.
const unreachable = /\b(TYPE_CHECKING|__main__|NotImplementedError|@overload|@abstractmethod|@(typing\.)?overload|ImportError|ModuleNotFoundError|sys\.version_info|sys\.platform|os\.name|assert_never|unreachable|never|AssertionError|__repr__|__str__|Protocol)\b|:[ \t]*\.\.\.|\bassert False\b|\bpass\b/

export const rule: TextRule = {
  id: 'unexplained-coverage-exclusion',
  kind: 'text',
  title: 'Code left out of coverage without a reason',
  why: 'It counts as if tests had run it, and nobody knows why none does.',
  fix: 'Test it, or say in the same comment why no test can reach it.',
  category: 'root_cause',
  severity: 'note',
  confidence: 'high',
  languages: ['javascript', 'python'],
  inTests: 'off',
  check(text, { language }) {
    const directive = language === 'javascript' ? javascript : language === 'python' ? python : undefined
    // Two searches for plain words, where the expression would try every comment.
    if (directive === undefined || (directive === javascript && !text.includes('ignore') && !text.includes('node:coverage'))) return []
    return [...text.matchAll(directive)].flatMap(({ 0: whole, 1: rest = '', index }) => {
      const line = text.slice(text.lastIndexOf('\n', index) + 1, index)
      if (isReason(rest.replace(/\*\/.*$/, '')) || unreachable.test(line)) return []
      return [{ start: index, end: index + whole.length - rest.length }]
    })
  },
}
