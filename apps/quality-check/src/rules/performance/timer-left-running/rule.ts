import { chainOf, contains, isFunction, outsideFunctions } from '../../../javascript/nodes.ts'
import type { JavaScriptRule } from '../../rule.ts'

export const rule: JavaScriptRule = {
  id: 'timer-left-running',
  kind: 'javascript',
  title: 'Timer of a component that nothing stops',
  why: 'It runs on when the component is gone, and once more for each time the effect runs again.',
  fix: 'Keep what setInterval() gives, and return () => clearInterval(timer) from the effect.',
  category: 'performance',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript'],
  inTests: 'off',
  adviceUnlessNew: true,
  on: {
    CallExpression(node, context) {
      const [effect] = node.arguments
      if (!/^(?:React\.)?use(?:Layout)?Effect$/.test(chainOf(node.callee)) || !isFunction(effect) || effect.body?.type !== 'BlockStatement') return
      if (contains(effect.body, (each) => (each.type === 'ReturnStatement' && each.argument !== null) || (each.type === 'Identifier' && each.name === 'clearInterval'), (each) => each === effect.body || outsideFunctions(each))) return
      for (const statement of effect.body.body) {
        const call = statement.type === 'ExpressionStatement' ? statement.expression : statement.type === 'VariableDeclaration' ? statement.declarations[0]?.init : undefined
        if (call?.type === 'CallExpression' && /^(?:window\.|globalThis\.)?setInterval$/.test(chainOf(call.callee))) context.report(call, { message: 'the effect starts a timer that nothing stops' })
      }
    },
  },
}
