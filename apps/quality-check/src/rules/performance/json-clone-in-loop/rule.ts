import { enclosingIteration, isWrittenOut } from '../../../javascript/loops.ts'
import { chainOf } from '../../../javascript/nodes.ts'
import type { JavaScriptRule } from '../../rule.ts'

export const rule: JavaScriptRule = {
  id: 'json-clone-in-loop',
  kind: 'javascript',
  title: 'Copy by way of JSON in a loop',
  why: 'Everything is written out as text and read back for every element, and dates, maps and undefined are lost on the way.',
  fix: 'Use structuredClone(), or copy only the fields that are changed.',
  category: 'performance',
  severity: 'warning',
  confidence: 'high',
  languages: ['javascript'],
  inTests: 'off',
  on: {
    CallExpression(node, context) {
      const [text] = node.arguments
      if (chainOf(node.callee) !== 'JSON.parse' || text?.type !== 'CallExpression' || chainOf(text.callee) !== 'JSON.stringify') return
      const iteration = enclosingIteration(context.ancestors)
      if (iteration !== undefined && !isWrittenOut(iteration)) context.report(node, { message: 'a whole value is written as JSON and read back with every turn' })
    },
  },
}
