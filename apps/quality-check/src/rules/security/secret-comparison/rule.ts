import type { Node } from '@oxc-project/types'
import type { JavaScriptContext, JavaScriptRule } from '../../rule.ts'

const secret = /^(?:password|passwd|pwd|secret|clientSecret|apiKey|api_key|apikey|token|authToken|auth_token|accessToken|csrfToken|resetToken|signature|hmac|mac|digest|passwordHash|hashedPassword|hash)$/i
// Repeated form fields, and names that contain such a word without being a secret.
const repeated = /confirm|repeat|again|retype|second|old|new|current|type|kind|length|name|count|index|prev|next|last|first|expected_?type/i

function nameOf(node: Node): string {
  if (node.type === 'Identifier') return node.name
  return node.type === 'MemberExpression' && !node.computed && node.property.type === 'Identifier' ? node.property.name : ''
}

/** A value that may come from outside, not a constant of the program. */
function mayBeSent(node: Node): boolean {
  if (node.type === 'Literal') return typeof node.value === 'string' && node.value.length > 2
  const name = nameOf(node)
  return name !== '' && name !== 'undefined' && !/^[A-Z]/.test(name) && !repeated.test(name)
}

const around = 1_500
const signIn = /passw|jwt|\bauth|crypto|session|\breq\b|request/i
const translation = /i18n|translat|locale/i

/** In a parser, "token" is a piece of the input, and in a translation the name of a text. */
function isOfText(node: Node, name: string, { text }: JavaScriptContext): boolean {
  const near = text.slice(Math.max(0, node.start - around), node.end + around)
  return !signIn.test(near) || (name === 'token' && translation.test(near))
}

export const rule: JavaScriptRule = {
  kind: 'javascript',
  id: 'secret-comparison',
  title: 'Secret compared character by character',
  why: '=== stops at the first difference: from the time it takes, a secret can be guessed piece by piece.',
  fix: 'Compare digests of equal length with crypto.timingSafeEqual, passwords with the verify function of their hash.',
  category: 'security',
  severity: 'note',
  confidence: 'low',
  languages: ['javascript'],
  cwe: 'CWE-208',
  securitySeverity: 3.1,
  inTests: 'off',
  on: {
    BinaryExpression(node, context) {
      if (node.left.type === 'PrivateIdentifier' || !['===', '!==', '==', '!='].includes(node.operator)) return
      for (const [mine, other] of [[node.left, node.right], [node.right, node.left]] as const) {
        if (!secret.test(nameOf(mine)) || !mayBeSent(other) || repeated.test(nameOf(mine)) || isOfText(node, nameOf(mine), context)) continue
        return context.report(node, { message: `${nameOf(mine)} is compared by ${node.operator}` })
      }
    },
  },
}
