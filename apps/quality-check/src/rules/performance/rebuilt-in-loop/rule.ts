import type { NewExpression } from '@oxc-project/types'
import { enclosingIteration, isWrittenOut } from '../../../javascript/loops.ts'
import { isLiteralData } from '../../../javascript/literals.ts'
import { chainOf, textIn } from '../../../javascript/nodes.ts'
import type { JavaScriptRule } from '../../rule.ts'

const costly = /^(RegExp|Intl\.(DateTimeFormat|NumberFormat|Collator|PluralRules|RelativeTimeFormat|ListFormat|Segmenter)|TextDecoder|TextEncoder)$/

export const rule: JavaScriptRule = {
  id: 'rebuilt-in-loop',
  kind: 'javascript',
  title: 'The same object built with every turn',
  why: 'It takes long to build, is the same each time, and is thrown away after one use.',
  fix: 'Build it once before the loop.',
  category: 'performance',
  severity: 'note',
  confidence: 'high',
  languages: ['javascript'],
  inTests: 'off',
  on: {
    NewExpression(node, context) {
      const name = chainOf(node.callee)
      if (!costly.test(name) || !isConstant(node)) return
      const iteration = enclosingIteration(context.ancestors)
      if (iteration !== undefined && !isWrittenOut(iteration)) context.report(node, { message: `the same ${name} is built anew with every turn` })
    },
  },
}

// A stateful regular expression (lastIndex) may have to be new each time.
function isConstant({ arguments: given }: NewExpression): boolean {
  if (!given.every(isLiteralData)) return false
  return !/[gy]/.test(textIn(given[1]) ?? '')
}
