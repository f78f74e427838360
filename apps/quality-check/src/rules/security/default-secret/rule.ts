import type { Node } from '@oxc-project/types'
import { isReasoned } from '../../../javascript/comments.ts'
import { bare, chainOf, nameOf, textIn } from '../../../javascript/nodes.ts'
import type { JavaScriptContext, SyntaxRule } from '../../rule.ts'
import { python } from './python.ts'
import { isDefaultSecret, isForDevelopment, isRefusedElsewhere } from './values.ts'

const environment = /^(?:process\.env|Bun\.env|env)\.\w+$/
const getter = /^(?:Deno\.env\.get|(?:this\.)?config(?:Service)?\.get)$/

export const rule: SyntaxRule = {
  id: 'default-secret',
  kind: 'syntax',
  title: 'Secret with a default in the source code',
  why: 'A deployment that does not set the variable starts with a secret from the source code. Anyone who has read the source can sign in, or forge tokens.',
  fix: 'Refuse to start without it, and set the variable in development and tests, too.',
  category: 'security',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python'],
  cwe: 'CWE-1392',
  securitySeverity: 6.9,
  inTests: 'off',
  inDocs: 'off',
  adviceUnlessNew: true,
  python,
  javascript: {
    LogicalExpression({ operator, left, right, start, end }, context) {
      const value = textIn(bare(right))
      if (operator === '&&' || value === undefined) return
      const name = variableIn(bare(left))
      if (name === undefined || !isDefaultSecret(name, value) || isChosen(context) || isRefusedElsewhere(context.program, context.text, name, value) || isReasoned(context, { start, end })) return
      context.report({ start, end }, { message: `where ${name} is not set, the secret is a text in the source code` })
    },
  },
}

/** The variable of the environment that is read; of several alternatives, the last. */
function variableIn(node: Node): string | undefined {
  if (node.type === 'LogicalExpression' && node.operator !== '&&') return variableIn(bare(node.right))
  if (node.type === 'CallExpression') return getter.test(chainOf(node.callee)) ? textIn(node.arguments[0]) : undefined
  if (node.type !== 'MemberExpression') return undefined
  const chain = chainOf(node)
  return environment.test(chain) || (chain === '' && isOfBuild(bare(node.object)) && !node.computed) ? nameOf(node.property) : undefined
}

/** import.meta.env */
const isOfBuild = (node: Node): boolean => node.type === 'MemberExpression' && node.object.type === 'MetaProperty' && nameOf(node.property) === 'env'

/** A condition around it, or the name that it is given, says that it is for development or tests. */
function isChosen({ ancestors, textOf }: JavaScriptContext): boolean {
  return ancestors.some((each) => {
    if (each.type === 'IfStatement' || each.type === 'ConditionalExpression') return isForDevelopment(textOf(each.test))
    if (each.type === 'LogicalExpression') return isForDevelopment(textOf(each.left))
    if (each.type === 'SwitchCase') return each.test !== null && isForDevelopment(textOf(each.test))
    if (each.type === 'Property') return isForDevelopment(textOf(each.key))
    return each.type === 'VariableDeclarator' && isForDevelopment(textOf(each.id))
  })
}
