import type { Node } from '@oxc-project/types'
import type { JavaScriptContext, JavaScriptRule } from '../../rule.ts'

const special = /^(?:[<>"'&`\\]|\.\.\/?|\.\.\\)$/
const harmless = /^(?:|&\w+;|&#\w+;|\\+.?|%\w\w|''|"")$/

/** The text that is replaced only once: a literal, or a pattern without the flag "g". */
function replacedOnce(node: Node | undefined): string {
  if (node?.type !== 'Literal') return ''
  if (!('regex' in node)) return typeof node.value === 'string' ? node.value : ''
  return node.regex.flags.includes('g') ? '' : node.regex.pattern.replace(/\\(?=[^\w])/g, '')
}

function isChained({ ancestors }: JavaScriptContext): boolean {
  return ancestors.some(({ type }) => type === 'WhileStatement' || type === 'DoWhileStatement')
}

export const rule: JavaScriptRule = {
  kind: 'javascript',
  id: 'incomplete-escaping',
  title: 'Only the first character is escaped',
  why: 'replace with a text, or a pattern without the flag g, changes the first occurrence and leaves all others.',
  fix: 'Use replaceAll, a pattern with the flag g, or a library that escapes.',
  category: 'security',
  severity: 'warning',
  confidence: 'high',
  languages: ['javascript'],
  cwe: 'CWE-116',
  securitySeverity: 3.9,
  inTests: 'off',
  on: {
    CallExpression(node, context) {
      const { callee } = node
      if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier' || callee.property.name !== 'replace') return
      const [pattern, replacement] = node.arguments
      const replaced = replacedOnce(pattern)
      if (!special.test(replaced) || replacement?.type !== 'Literal' || typeof replacement.value !== 'string' || !harmless.test(replacement.value)) return
      if (replacement.value !== replaced && !isChained(context)) context.report(node, { message: `only the first ${JSON.stringify(replaced)} is replaced` })
    },
  },
}
