import type { Node } from '@oxc-project/types'
import { enclosingIteration, isWrittenOut, type Iteration } from '../../../javascript/loops.ts'
import { chainOf, contains, mentions, namesBoundBy, walk } from '../../../javascript/nodes.ts'
import { beginsTransaction, isQuery } from '../../../javascript/queries.ts'
import type { SyntaxRule } from '../../rule.ts'
import { isInPortions } from './batches.ts'
import { python } from './python.ts'

export const rule: SyntaxRule = {
  id: 'query-in-loop',
  kind: 'syntax',
  title: 'Query for every element',
  why: 'One question for each element: a thousand elements wait for a thousand round trips to the database.',
  fix: 'Ask once for all of them (an "in" condition, a join, createMany) and look the rows up in a Map.',
  fixInPython: 'Ask once for all of them (an IN condition, a join, select_related(), in_bulk(), executemany()) and look the rows up in a dict.',
  category: 'performance',
  severity: 'warning',
  confidence: 'medium',
  languages: ['javascript', 'python'],
  inTests: 'off',
  python,
  javascript: {
    CallExpression(node, context) {
      if (!isQuery(node)) return
      const parent = context.ancestors.at(-1)
      if (parent?.type === 'MemberExpression') return
      const iteration = enclosingIteration(context.ancestors)
      if (iteration?.source === undefined || isWrittenOut(iteration) || isInPortions(`${iteration.variables.join(' ')} ${chainOf(iteration.source)}`) || isTransaction(iteration)) return
      if (dependsOnElement(node, iteration)) context.report(node, { message: `${chainOf(node.callee)}() runs once for every element of ${chainOf(iteration.source).replace(/\(\)$/, '') || 'the list'}` })
    },
  },
}

/** Whether each element has its own transaction, as in a migration or a job, so that the queries cannot be combined. */
const isTransaction = ({ body }: Iteration): boolean => contains(body, beginsTransaction)

/** Whether the query depends on the element, directly or through a variable that is assigned in the loop. */
function dependsOnElement(query: Node, { body, variables }: Iteration): boolean {
  const names = new Set(variables)
  walk(body, (node) => {
    if (node.type === 'VariableDeclarator' && node.init !== null && contains(node.init, (each) => each.type === 'Identifier' && names.has(each.name))) for (const name of namesBoundBy(node.id)) names.add(name)
  })
  return [...names].some((name) => mentions(query, name))
}
