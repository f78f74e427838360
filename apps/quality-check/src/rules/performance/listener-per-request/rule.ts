import { requestHandlerAround } from '../../../javascript/handlers.ts'
import { declarationOf } from '../../../javascript/declarations.ts'
import { chainOf, contains } from '../../../javascript/nodes.ts'
import type { JavaScriptRule } from '../../rule.ts'

export const rule: JavaScriptRule = {
  id: 'listener-per-request',
  kind: 'javascript',
  title: 'Timer or listener added with every request',
  why: 'It outlives the request and is never removed: memory and work grow with every request that was ever answered.',
  fix: 'Add it once outside the handler, or remove it when the request ends.',
  category: 'performance',
  severity: 'warning',
  confidence: 'high',
  languages: ['javascript'],
  inTests: 'off',
  on: {
    CallExpression(node, context) {
      const chain = chainOf(node.callee)
      const timer = /^(globalThis\.|global\.)?setInterval$/.test(chain)
      const [, emitter] = /^([\w$]+)\.(on|addListener)$/.exec(chain) ?? []
      if (!timer && emitter === undefined) return
      const handler = requestHandlerAround(context.ancestors)
      if (handler?.body == null) return
      if (timer) {
        const cleared = contains(handler.body, (each) => each.type === 'Identifier' && each.name === 'clearInterval')
        return cleared ? undefined : context.report(node, { message: 'each request starts a timer that nothing stops' })
      }
      const shared = emitter === 'process' || declarationOf(emitter as string, context.ancestors.slice(0, 1)) !== undefined
      const own = declarationOf(emitter as string, context.ancestors.filter(({ type }) => type !== 'Program')) !== undefined
      const removed = contains(handler.body, (each) => each.type === 'MemberExpression' && !each.computed && /^(off|removeListener|removeAllListeners)$/.test(each.property.name))
      if (shared && !own && !removed) context.report(node, { message: `each request adds a listener to ${emitter}, which outlives it` })
    },
  },
}
