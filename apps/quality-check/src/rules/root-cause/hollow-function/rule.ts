import { isDefault } from '../../../javascript/defaults.ts'
import { isExplained } from '../../../javascript/comments.ts'
import { bare, namesBoundBy, nameOfFunction, type FunctionNode } from '../../../javascript/nodes.ts'
import type { JavaScriptContext, SyntaxRule } from '../../rule.ts'
import { promisesWork } from './names.ts'
import { python } from './python.ts'


export const rule: SyntaxRule = {
  id: 'hollow-function',
  kind: 'syntax',
  title: 'Function whose answer does not depend on anything',
  why: 'Its name promises work and it takes what the work needs, yet it answers the same whatever it is given: callers trust a result that nobody worked out.',
  fix: 'Write what the name promises, or remove the function and what relies on it.',
  category: 'root_cause',
  severity: 'note',
  confidence: 'medium',
  languages: ['javascript', 'python'],
  inTests: 'off',
  python,
  javascript: {
    FunctionDeclaration: check,
    ArrowFunctionExpression(node, context) {
      if (context.ancestors.at(-1)?.type === 'VariableDeclarator') check(node, context)
    },
    FunctionExpression(node, context) {
      const [body, method] = context.ancestors.slice(-2)
      const owner = context.ancestors.at(-3)
      // An empty method of a derived class may be an intended override.
      if (method?.type === 'MethodDefinition' && body?.type === 'ClassBody' && owner !== undefined && 'superClass' in owner && owner.superClass === null && (owner.implements ?? []).length === 0) check(node, context)
    },
  },
}

function check(node: FunctionNode, context: JavaScriptContext): void {
  const names = node.params.flatMap(namesBoundBy)
  if (context.fileClass !== 'source' || names.every((each) => each.startsWith('_'))) return
  const { name, start, end } = nameOfFunction(node, context.ancestors)
  if (!promisesWork(name) || !isConstant(node) || isExplained(context, node)) return
  context.report({ start, end }, { message: `${name} answers the same whatever it is given: ${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} never read` })
}

/** The function only returns a constant. An empty body counts as well, but often means that there is nothing to do. */
function isConstant({ body }: FunctionNode): boolean {
  if (body == null) return false
  if (body.type !== 'BlockStatement') return isDefault(body) && bare(body).type !== 'Identifier'
  const [only] = body.body
  return body.body.length === 1 && only?.type === 'ReturnStatement' && only.argument !== null && isDefault(only.argument)
}
