import { isExplained } from '../../../javascript/comments.ts'
import { bare, chainOf, isFunction, textIn } from '../../../javascript/nodes.ts'
import type { JavaScriptRule } from '../../rule.ts'

const events = /^(error|uncaughtException|unhandledRejection|clientError|socketError)$/

export const rule: JavaScriptRule = {
  id: 'ignored-error-event',
  kind: 'javascript',
  title: 'Error event answered by nothing',
  why: 'The listener is there so that the error does not end the process; empty, it makes every failure of the thing pass unseen.',
  fix: 'Log the error or hand it on; say in a comment when losing it is meant.',
  category: 'root_cause',
  severity: 'warning',
  confidence: 'high',
  languages: ['javascript'],
  cwe: 'CWE-390',
  inTests: 'off',
  on: {
    CallExpression(node, context) {
      const callee = bare(node.callee)
      const [event, listener] = node.arguments
      if (callee.type !== 'MemberExpression' || callee.computed || !/^(on|once|addListener|prependListener)$/.test(callee.property.name)) return
      const name = textIn(event)
      if (name === undefined || !events.test(name) || !isFunction(listener) || isExplained(context, node)) return
      const empty = listener.body?.type === 'BlockStatement' ? listener.body.body.length === 0 : listener.body != null && context.textOf(listener.body) === 'undefined'
      const emitter = chainOf(callee.object).replace(/\(\)$/, '')
      // Sockets emit "close" after every error, and the program may listen to that event.
      if (empty) context.report(node, { message: `every "${name}" of ${emitter || 'the emitter'} passes unseen`, ...(emitter !== 'process' && { advice: true }) })
    },
  },
}
