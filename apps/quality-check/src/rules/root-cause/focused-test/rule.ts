import { holdsTests, loadsAnything, optionOf, testCallOf } from '../../../javascript/test-calls.ts'
import type { JavaScriptRule } from '../../rule.ts'

export const rule: JavaScriptRule = {
  id: 'focused-test',
  kind: 'javascript',
  title: 'All other tests switched off',
  why: 'With one test marked as the only one, no other of the file runs, and the run is green all the same.',
  fix: 'Remove "only" so that every test runs.',
  category: 'root_cause',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript'],
  adviceUnlessNew: true,
  on: {
    CallExpression(node, context) {
      if (!holdsTests(context)) return
      const test = testCallOf(node)
      if (test?.body === undefined) return
      const only = optionOf(test.options, 'only')
      if (test.modifiers.includes('only') || (only?.type === 'Literal' && only.value === true)) context.report(node.callee, { message: `only this ${test.kind} runs: every other test of the file is switched off`, ...(!loadsAnything(context) && { advice: true }) })
    },
  },
}
