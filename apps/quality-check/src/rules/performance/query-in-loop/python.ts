import type { PythonExpression, PythonNode } from '../../../python/ast.ts'
import { enclosingIteration, isWrittenOut, type Iteration } from '../../../python/loops.ts'
import { chainOf, mentions, namesBoundBy, walk } from '../../../python/nodes.ts'
import type { SyntaxRule } from '../../rule.ts'
import { isInPortions } from './batches.ts'

type Call = Extract<PythonExpression, { readonly type: 'Call' }>

// Query methods of Django, SQLAlchemy and database drivers.
const managed = /(^|\.)[A-Z]\w*\.objects\.(get|filter|get_or_create|create|exclude|first|aget|acreate)(\(\))?(\.(first|last|get|exists|count|all|afirst|aexists|acount)(\(\))?)*$/
const session = /(^|\.)(session|db\.session|db_session)\.(get|scalar|scalars|execute|query)(\(\))?(\.\w+(\(\))?)*$/
const model = /(^|\.)[A-Z]\w*\.query\.(get|get_or_404|filter|filter_by)(\(\))?(\.\w+(\(\))?)*$/
const cursor = /(^|\.)(cursor|cur|conn|connection|db)\.(execute|fetch|fetchrow|fetchval|fetch_one|fetch_all)(\(\)\.fetch(one|all|many)|\(\)\.scalar(_one)?)?$/
const related = /^[\w.]+\.(all|filter|count|first|exists|order_by|values_list|values)$/
const querySet = /(^|\.)objects\.|(^|\.)(session|db\.session)\.query|\.query\.(filter|all)/
const statement = /^\s*(select|insert|with)\b/i

export const python: SyntaxRule['python'] = {
  Call(node, context) {
    const parent = context.ancestors.at(-1)
    if (parent?.type === 'Attribute') return
    const chain = chainOf(node.func)
    if (chain === '') return
    const iteration = enclosingIteration(context.ancestors, node)
    if (iteration === undefined || isWrittenOut(iteration) || isInPortions(`${iteration.variables.join(' ')} ${chainOf(iteration.source)}`)) return
    const asked = managed.test(chain) || model.test(chain) || session.test(chain) || (cursor.test(chain) && statement.test(textOfQuery(asking(node).args[0])))
    if (asked && dependsOnElement(node, iteration)) return context.report(node, { message: `${chain}() runs once for every element of ${brief(iteration.source)}` })
    if (isRelated(chain, iteration)) context.report(node, { message: `${chain}() asks the database once for every element of ${brief(iteration.source)}`, fix: 'Fetch the related rows with the others: prefetch_related() or select_related().' })
  },
}

/** In `cursor.execute(…).fetchone()`, the call with the statement. */
const asking = (node: Call) => (node.func.type === 'Attribute' && node.func.value.type === 'Call' ? node.func.value : node)

const brief = (source: PythonExpression) => chainOf(source).replaceAll('()', '') || 'the list'

function textOfQuery(node: PythonExpression | undefined): string {
  if (node?.type === 'Constant') return node.kind === 'str' ? node.value : ''
  if (node?.type === 'JoinedStr') return textOfQuery(node.values[0])
  if (node?.type === 'Call') return textOfQuery(node.args[0])
  return node?.type === 'BinOp' ? textOfQuery(node.left) : ''
}

/** order.lines.all() where order comes from a query that did not fetch the lines with it. */
function isRelated(chain: string, { source, variables }: Iteration): boolean {
  if (!related.test(chain)) return false
  const [root = '', ...path] = chain.split('.')
  if (path.length !== 2 || !variables.includes(root)) return false
  const from = chainOf(source)
  return querySet.test(from) && !/prefetch_related|select_related|joinedload|selectinload|options/.test(from)
}

/** Whether the query depends on the element, directly or through a variable that is assigned in the loop. */
function dependsOnElement(query: PythonNode, { body, variables }: Iteration): boolean {
  const names = new Set(variables)
  for (const each of body)
    walk(each, (node) => {
      if (node.type === 'Assign' && [...names].some((name) => mentions(node.value, name))) for (const name of node.targets.flatMap(namesBoundBy)) names.add(name)
    })
  return [...names].some((name) => mentions(query, name))
}
