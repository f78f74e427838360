import { declarationOf, isGrowingList } from '../../../javascript/declarations.ts'
import { enclosingIteration } from '../../../javascript/loops.ts'
import { bare, chainOf, contains, isFunction, namesBoundBy } from '../../../javascript/nodes.ts'
import type { SyntaxRule } from '../../rule.ts'
import { python } from './python.ts'

export const rule: SyntaxRule = {
  id: 'accumulating-concat',
  kind: 'syntax',
  title: 'Result copied with every turn',
  why: 'Each turn copies everything gathered so far: ten times the data takes a hundred times as long.',
  fix: 'Push into one list, or set the keys of one object, and return it at the end.',
  category: 'performance',
  severity: 'warning',
  confidence: 'high',
  languages: ['javascript', 'python'],
  inTests: 'off',
  python,
  javascript: {
    AssignmentExpression(node, context) {
      const name = node.operator === '=' && node.left.type === 'Identifier' ? node.left.name : ''
      const value = bare(node.right)
      if (name === '' || value.type !== 'CallExpression' || chainOf(value.callee) !== `${name}.concat`) return
      const iteration = enclosingIteration(context.ancestors)
      const list = declarationOf(name, context.ancestors)
      if (iteration === undefined || list === undefined || !isGrowingList(list) || (list.node.start >= iteration.body.start && list.node.end <= iteration.body.end)) return
      context.report(node, { message: `${name} is copied as a whole with every turn` })
    },
    CallExpression(node, context) {
      const callee = bare(node.callee)
      const [reducer] = node.arguments
      if (callee.type !== 'MemberExpression' || callee.computed || callee.property.name !== 'reduce' || !isFunction(reducer) || reducer.body == null) return
      const [gathered = ''] = reducer.params[0] === undefined ? [] : namesBoundBy(reducer.params[0])
      const seed = node.arguments[1] === undefined ? undefined : bare(node.arguments[1])
      if (gathered === '' || (seed?.type !== 'ArrayExpression' && seed?.type !== 'ObjectExpression')) return
      const copies = contains(reducer.body, (each) => each.type === 'CallExpression' && (chainOf(each.callee) === `${gathered}.concat` || (chainOf(each.callee) === 'Object.assign' && each.arguments[0]?.type === 'ObjectExpression' && chainOf(each.arguments[1] ?? each) === gathered)))
      if (copies) context.report(callee.property, { message: `${gathered} is copied as a whole with every element` })
    },
  },
}
