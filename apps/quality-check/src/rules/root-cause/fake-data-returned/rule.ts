import { bare, enclosingFunction, nameOfFunction } from '../../../javascript/nodes.ts'
import type { JavaScriptRule } from '../../rule.ts'

const fake = /^(mock|dummy|fake|stub|sample|placeholder)(Data|Result|Response|User|Item|Order|Product|List|Record|Value|Payload|Post|Account|Customer)s?$|^(MOCK|DUMMY|FAKE|STUB)_[A-Z_]+$/
const doubles = /mock|fake|dummy|stub|sample|fixture|demo|seed|placeholder|storybook|test/i

export const rule: JavaScriptRule = {
  id: 'fake-data-returned',
  kind: 'javascript',
  title: 'Made-up data returned as a result',
  why: 'Callers are given data that nobody looked up: it works in a demonstration and lies to users.',
  fix: 'Return what the real source has; keep made-up data to tests.',
  category: 'root_cause',
  severity: 'warning',
  confidence: 'medium',
  languages: ['javascript'],
  inTests: 'off',
  on: {
    ReturnStatement(node, context) {
      if (node.argument === null || context.fileClass !== 'source') return
      const value = bare(node.argument)
      if (value.type !== 'Identifier' || !fake.test(value.name)) return
      const owner = enclosingFunction(context.ancestors)
      if (owner === undefined) return
      const { name } = nameOfFunction(owner, context.ancestors.slice(0, context.ancestors.indexOf(owner)))
      if (doubles.test(name) || /from ['"](msw|@faker-js\/faker|vitest|@storybook\/[\w-]+)['"]/.test(context.text.slice(0, 3_000))) return
      context.report(node, { message: `${name === '' ? 'the function' : name} returns ${value.name}, which is made up` })
    },
  },
}
