import { blockingCall } from '../../../javascript/blocking-calls.ts'
import { requestHandlerAround } from '../../../javascript/handlers.ts'
import type { JavaScriptRule } from '../../rule.ts'

export const rule: JavaScriptRule = {
  id: 'blocking-call-in-handler',
  kind: 'javascript',
  title: 'Blocking call while a request is answered',
  why: 'The process does nothing else until it returns: every other request waits as well.',
  fix: 'Await its asynchronous form, or do it once when the process starts.',
  category: 'performance',
  severity: 'warning',
  confidence: 'high',
  languages: ['javascript'],
  inTests: 'off',
  on: {
    CallExpression(node, context) {
      const name = blockingCall(node)
      if (name !== undefined && requestHandlerAround(context.ancestors) !== undefined) context.report(node, { message: `${name}() holds up every other request while this one is answered` })
    },
  },
}
