import type { Node } from '@oxc-project/types'
import { isExcused } from '../../../javascript/comments.ts'
import { headOf, holdsTests, optionOf, testCallOf } from '../../../javascript/test-calls.ts'
import type { SyntaxRule } from '../../rule.ts'
import { python } from './python.ts'

export const rule: SyntaxRule = {
  id: 'excused-test',
  kind: 'syntax',
  title: 'Test that does not run yet',
  why: 'It was left out for a reason, and the reason may have gone: what it would test is untested until then.',
  fix: 'Write it or switch it on as soon as the reason is gone.',
  category: 'root_cause',
  severity: 'note',
  confidence: 'high',
  languages: ['javascript', 'python'],
  python,
  javascript: {
    CallExpression(node, context) {
      if (!holdsTests(context)) return
      const test = testCallOf(node)
      if (test === undefined || (test.body === undefined && test.title === '')) return
      const skip = optionOf(test.options, 'skip')
      if (test.modifiers.includes('todo') || isGiven(optionOf(test.options, 'todo'))) return context.report(node.callee, { message: `the test${test.title === '' ? '' : ` "${test.title}"`} is still to be written` })
      const reason = skip?.type === 'Literal' && typeof skip.value === 'string'
      const explained = (test.modifiers.includes('skip') || test.modifiers.includes('fixme') || isTrue(skip)) && isExcused(context, headOf(node, test))
      if (reason || explained) context.report(node.callee, { message: `${test.kind === 'group' ? 'a group of tests' : 'the test'}${test.title === '' ? '' : ` "${test.title}"`} is switched off for a reason` })
    },
  },
}

const isTrue = (node: Node | undefined) => node?.type === 'Literal' && node.value === true
const isGiven = (node: Node | undefined) => node?.type === 'Literal' && node.value !== false
