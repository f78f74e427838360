import { isExplained } from '../../../javascript/comments.ts'
import { isEmptyAnswer, isSilent } from '../../../javascript/defaults.ts'
import { bare, chainOf, isFunction, lastName } from '../../../javascript/nodes.ts'
import type { JavaScriptRule } from '../../rule.ts'

// Nothing is left to be done when these fail.
const cleanUp = /^(close|cancel|kill|abort|destroy|unlink|rm|rmdir|stop|end|dispose|release|disconnect|quit|shutdown|terminate|unsubscribe|removeAll|rollback|delete|remove|cleanup|teardown|exitFullscreen|play|delay|sleep|wait|setTimeout|sendNotification|notify|emit)$/i

// Whether it is there is what is asked.
const probe = /(^|\.)(stat|lstat|access|readlink|realpath|head|exists|has|ping)\(\)|(^|\.)(stat|lstat|access|readlink|realpath|exists|ping)$/

export const rule: JavaScriptRule = {
  id: 'swallowed-rejection',
  kind: 'javascript',
  title: 'Rejection turned into a default',
  why: 'Every failure of the promise, bugs included, becomes an ordinary value, and nobody hears of it.',
  fix: 'Handle the failure that is expected and rethrow the rest; say in a comment when losing it is meant.',
  category: 'root_cause',
  severity: 'warning',
  confidence: 'medium',
  languages: ['javascript'],
  cwe: 'CWE-390',
  inTests: 'off',
  on: {
    CallExpression(node, context) {
      const callee = bare(node.callee)
      if (callee.type !== 'MemberExpression' || callee.computed || callee.property.name !== 'catch' || node.arguments.length !== 1) return
      const handler = node.arguments[0]
      const tried = chainOf(callee.object).replace(/\(\)$/, '')
      if (!isFunction(handler) || cleanUp.test(lastName(tried)) || probe.test(tried) || isExplained(context, node)) return
      const { body } = handler
      if (body == null) return
      // An empty body is the engine's finding.
      const silent = body.type === 'BlockStatement' ? body.body.length > 0 && body.body.every(isSilent) : isEmptyAnswer(bare(body))
      if (!silent) return
      // Nothing comes of it: best effort is written like this.
      const given = body.type === 'BlockStatement' ? body.body.find(({ type }) => type === 'ReturnStatement') : body
      const nothing = given === undefined || context.textOf(given) === 'undefined' || (given.type === 'ReturnStatement' && given.argument === null)
      context.report(callee.property, { message: `every failure of ${tried === '' ? 'the promise' : `${tried}()`} is turned into a default`, ...(nothing && { advice: true }) })
    },
  },
}
