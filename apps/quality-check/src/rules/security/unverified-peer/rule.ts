import type { Node } from '@oxc-project/types'
import { bare, chainOf, contains, enclosingFunction, nameOfFunction, textIn } from '../../../javascript/nodes.ts'
import type { JavaScriptRule } from '../../rule.ts'

const here = /^(?:\w+:\/\/)?(?:localhost|127\.|\[?::1\]?|0\.0\.0\.0)/i

/** `{ requestCert: true, … }`: only a server asks for a certificate, at the beginning or again on an open connection. */
const asksForCertificate = (options: Node | undefined): boolean =>
  options?.type === 'ObjectExpression' && options.properties.some((each) => each.type === 'Property' && each.key.type === 'Identifier' && each.key.name === 'requestCert' && each.value.type === 'Literal' && each.value.value === true)

export const rule: JavaScriptRule = {
  id: 'unverified-peer',
  kind: 'javascript',
  title: 'Connection that takes any certificate',
  why: 'Anybody on the way can answer in the place of the server, and read and change what is sent.',
  fix: 'Leave the check on; of a private authority, hand over its certificate ({ ca }).',
  category: 'security',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript'],
  cwe: 'CWE-295',
  securitySeverity: 7.4,
  inTests: { severity: 'note', securitySeverity: 3 },
  on: {
    Property({ key, value, start, end }, context) {
      const name = key.type === 'Identifier' ? key.name : textIn(key)
      if (name !== 'rejectUnauthorized' || value.type !== 'Literal' || value.value !== false) return
      const calls = context.ancestors.filter((each) => each.type === 'CallExpression' || each.type === 'NewExpression')
      const [outer] = calls
      if (asksForCertificate(context.ancestors.at(-1))) return
      // A server that asks who calls decides by itself whom it lets in; and where a setting chose this branch, somebody asked for it.
      const owner = enclosingFunction(context.ancestors)
      const around = owner === undefined ? '' : nameOfFunction(owner, context.ancestors.slice(0, context.ancestors.indexOf(owner))).name
      if (outer === undefined || calls.some((each) => /createServer|createSecureServer|Server$/.test(chainOf(each.callee))) || /insecure|self_?signed|local|dev|unverified|unsafe/i.test(around)) return
      if (context.ancestors.some(({ type }) => type === 'IfStatement' || type === 'ConditionalExpression' || type === 'LogicalExpression' || type === 'SwitchCase')) return
      if (contains(outer, (each) => here.test(textIn(bare(each)) ?? ''))) return
      context.report({ start, end }, { message: 'whatever certificate the server shows is taken', advice: 'unless_new' })
    },
  },
}
