import { bare, enclosingFunction, nameOfFunction } from '../../../javascript/nodes.ts'
import type { SyntaxRule } from '../../rule.ts'
import { isDouble, isFake } from './names.ts'
import { python } from './python.ts'

export const rule: SyntaxRule = {
  id: 'fake-data-returned',
  kind: 'syntax',
  title: 'Made-up data returned as a result',
  why: 'Callers are given data that nobody looked up: it works in a demonstration and lies to users.',
  fix: 'Return what the real source has; keep made-up data to tests.',
  category: 'root_cause',
  severity: 'warning',
  confidence: 'medium',
  languages: ['javascript', 'python'],
  inTests: 'off',
  python,
  javascript: {
    ReturnStatement(node, context) {
      if (node.argument === null || context.fileClass !== 'source') return
      const value = bare(node.argument)
      if (value.type !== 'Identifier' || !isFake(value.name)) return
      const owner = enclosingFunction(context.ancestors)
      if (owner === undefined) return
      const { name } = nameOfFunction(owner, context.ancestors.slice(0, context.ancestors.indexOf(owner)))
      if (isDouble(name) || /from ['"](msw|@faker-js\/faker|vitest|@storybook\/[\w-]+)['"]/.test(context.text.slice(0, 3_000))) return
      context.report(node, { message: `${name === '' ? 'the function' : name} returns ${value.name}, which is made up` })
    },
  },
}
