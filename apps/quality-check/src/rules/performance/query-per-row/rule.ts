import type { Node } from '@oxc-project/types'
import { enclosingIteration, isWrittenOut } from '../../../javascript/loops.ts'
import { bare, chainOf, enclosingFunction, isFunction, mentions, namesBoundBy, outsideFunctions, walk } from '../../../javascript/nodes.ts'
import { isQuery, isRead } from '../../../javascript/queries.ts'
import type { SyntaxRule } from '../../rule.ts'
import { isInPortions } from '../query-in-loop/batches.ts'
import { python } from './python.ts'

export const rule: SyntaxRule = {
  id: 'query-per-row',
  kind: 'syntax',
  title: 'Query for each row of another query',
  why: 'The rows of one query are gone through, and each asks for more by a query of its own: a page of a hundred rows is a hundred and one round trips.',
  fix: 'Ask once for all of them (a join, or an "in" condition and a Map by id).',
  fixInPython: 'Ask once for all of them (a join, select_related(), prefetch_related(), or an IN condition and a dict by id).',
  category: 'performance',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python'],
  inTests: 'off',
  python,
  javascript: {
    CallExpression(node, context) {
      if (!isQuery(node) || !isRead(node) || context.ancestors.at(-1)?.type === 'MemberExpression') return
      const iteration = enclosingIteration(context.ancestors)
      if (iteration?.source === undefined || isWrittenOut(iteration) || !iteration.variables.some((name) => mentions(node, name))) return
      const source = bare(iteration.source)
      if (isInPortions(`${iteration.variables.join(' ')} ${chainOf(source)}`) || isSent(iteration.body)) return
      const owner = enclosingFunction(context.ancestors.slice(0, context.ancestors.indexOf(iteration.node)))
      if (asksForRows(source) || (source.type === 'Identifier' && owner?.body != null && isRowsIn(owner.body, source.name))) {
        context.report(node, { message: `${chainOf(node.callee)}() asks once for each row of ${chainOf(source).replace(/\(\)$/, '')}`, advice: 'unless_new' })
      }
    },
  },
}

/** `const { rows: orders } = await pool.query(…)`, `const posts = await Post.findAll()` */
function isRowsIn(body: Node, name: string): boolean {
  let found = false
  walk(body, (node) => {
    found ||= node.type === 'VariableDeclarator' && node.init !== null && namesBoundBy(node.id).includes(name) && asksForRows(node.init)
    return !found && (node === body || outsideFunctions(node))
  })
  return found
}

const asksForRows = (given: Node): boolean => {
  const node = bare(given)
  if (node.type === 'AwaitExpression') return asksForRows(node.argument)
  return node.type === 'CallExpression' ? isQuery(node) && isRead(node) : node.type === 'MemberExpression' && asksForRows(node.object)
}

/** Each row is worked on by itself: a job, a mail. One that fails is not to take the others along. */
function isSent(body: Node): boolean {
  let found = false
  walk(body, (node) => {
    found ||= node.type === 'TryStatement' || (node.type === 'CallExpression' && /(?:^|\.)(?:query|execute|update|insert|save|create|delete|destroy|transaction|begin|send\w*)$/i.test(chainOf(node.callee)) && !isRead(node))
    return !found && (node === body || !isFunction(node))
  })
  return found
}
