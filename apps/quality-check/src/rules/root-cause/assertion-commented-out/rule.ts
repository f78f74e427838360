import { assertingNames, asserts } from '../../../javascript/assertions.ts'
import { holdsTests, testCallOf } from '../../../javascript/test-calls.ts'
import type { SyntaxRule } from '../../rule.ts'
import { python } from './python.ts'
import { overlapping } from '../../../syntax/nearby.ts'

const assertion = /^[\s*]*(?:await\s+)?(?:expect\(.+\)\s*\.|expect\.\w+\(|assert(?:\.\w+)?\(|t\.(?:is|true|equal|deepEqual|assert)\(|chai\.|should\.)/

export const rule: SyntaxRule = {
  id: 'assertion-commented-out',
  kind: 'syntax',
  title: 'Test whose assertions are comments',
  why: 'It runs and asks nothing: it is green whatever the code does, and looks like a test.',
  fix: 'Make the code right and take the comment marks away, or delete the test.',
  category: 'root_cause',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python'],
  adviceUnlessNew: true,
  python,
  javascript: {
    CallExpression(node, context) {
      if (!holdsTests(context)) return
      const test = testCallOf(node)
      if (test?.kind !== 'test' || test.body?.body == null || test.modifiers.some((name) => /^(?:skip|todo|fixme|fails|failing)$/.test(name))) return
      const { body } = test.body
      const said = overlapping(context.comments, body.start, body.end).find(({ value, start, end }) => start > body.start && end < body.end && assertion.test(value))
      if (said !== undefined && !asserts(body, assertingNames(context.program))) context.report(said, { message: `the test${test.title === '' ? '' : ` "${test.title}"`} asserts only in comments` })
    },
  },
}
