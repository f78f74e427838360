import { isExplained } from '../../../javascript/comments.ts'
import { isEmptyAnswer, isSilent } from '../../../javascript/defaults.ts'
import { bare, chainOf, isFunction, lastName } from '../../../javascript/nodes.ts'
import type { JavaScriptRule } from '../../rule.ts'

// Clean-up operations, whose failure needs no reaction.
const cleanUp = /^(close|cancel|kill|abort|destroy|unlink|rm|rmdir|stop|end|dispose|release|disconnect|quit|shutdown|terminate|unsubscribe|removeAll|rollback|delete|remove|cleanup|teardown|exitFullscreen|play|delay|sleep|wait|setTimeout|sendNotification|notify|emit)$/i

// Operations that test whether something exists.
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
      // oxlint reports an empty body.
      const silent = body.type === 'BlockStatement' ? body.body.length > 0 && body.body.every(isSilent) : isEmptyAnswer(bare(body))
      if (!silent) return
      // The result is not used, as in best-effort code.
      const given = body.type === 'BlockStatement' ? body.body.find(({ type }) => type === 'ReturnStatement') : body
      const nothing = given === undefined || context.textOf(given) === 'undefined' || (given.type === 'ReturnStatement' && given.argument === null)
      context.report(callee.property, { message: `every failure of ${tried === '' ? 'the promise' : `${tried}()`} is turned into a default`, ...(nothing && { advice: true }) })
    },
  },
}
