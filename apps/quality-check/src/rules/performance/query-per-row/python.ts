import type { PythonExpression, PythonNode } from '../../../python/ast.ts'
import { enclosingIteration } from '../../../python/loops.ts'
import { chainOf, contains, isFunctionDef, mentions, namesBoundBy } from '../../../python/nodes.ts'
import type { PythonContext, SyntaxRule } from '../../rule.ts'
import { isInPortions } from '../query-in-loop/batches.ts'

const managed = /(^|\.)[A-Z]\w*\.objects\.(?:get|filter|exclude|first|aget|all|values|values_list|order_by)(?:\(\))?(?:\.\w+(?:\(\))?)*$/
const changing = /\.(?:update|delete|create|bulk_\w+|get_or_create|update_or_create|exists)\(?/
const session = /(^|\.)(?:session|db\.session|db_session)\.(?:get|scalars?|query)(?:\(\))?(?:\.\w+(?:\(\))?)*$/
const model = /(^|\.)[A-Z]\w*\.query\.(?:get|get_or_404|filter|filter_by|all)(?:\(\))?(?:\.\w+(?:\(\))?)*$/
const cursor = /(^|\.)(?:cursor|cur|conn|connection|db)\.(?:execute|fetch|fetchrow|fetchval|fetch_one|fetch_all)(?:\(\)(?:\.fetch(?:one|all|many)(?:\(\))?|\.scalar(?:_one)?(?:\(\))?)?)?$/
const fetched = /(^|\.)(?:cursor|cur)\.fetch(?:all|many)\(\)$/
// A migration, and a command that somebody starts by hand: it runs once.
const runsOnce = /^class (?:Migration|Command)\(/m
const reading = /^\s*(?:select|with)\b/i

export const python: SyntaxRule['python'] = {
  Call(node, context) {
    if (context.ancestors.at(-1)?.type === 'Attribute' || !isRead(node) || runsOnce.test(context.text)) return
    const iteration = enclosingIteration(context.ancestors, node)
    if (iteration === undefined || !iteration.variables.some((name) => mentions(node, name))) return
    const { source } = iteration
    if (isInPortions(`${iteration.variables.join(' ')} ${chainOf(source)}`) || iteration.body.some((each) => contains(each, isWork))) return
    if (isRead(source) || fetched.test(chainOf(source)) || (source.type === 'Name' && isRows(source.id, context))) {
      context.report(node, { message: `${chainOf(node.func)}() asks once for each row of ${chainOf(source).replaceAll('()', '') || 'a query'}`, advice: 'unless_new' })
    }
  },
}

function isRows(name: string, { ancestors }: PythonContext): boolean {
  const owner = ancestors.findLast(isFunctionDef)
  return owner !== undefined && contains(owner, (node) => node.type === 'Assign' && node.targets.flatMap(namesBoundBy).includes(name) && (isRead(node.value) || fetched.test(chainOf(node.value))))
}

/** A question that is asked of a database and changes nothing there. */
function isRead(node: PythonExpression): boolean {
  if (node.type !== 'Call') return false
  const chain = `${chainOf(node.func)}()`
  if (changing.test(chain)) return false
  return managed.test(chain) || session.test(chain) || model.test(chain) || (cursor.test(chain) && reading.test(queryOf(node)))
}

function queryOf(node: PythonExpression | undefined): string {
  if (node?.type === 'Constant') return node.kind === 'str' ? node.value : ''
  if (node?.type === 'JoinedStr') return queryOf(node.values[0])
  if (node?.type === 'BinOp') return queryOf(node.left)
  if (node?.type !== 'Call') return ''
  return node.func.type === 'Attribute' && node.func.value.type === 'Call' ? queryOf(node.func.value) : queryOf(node.args[0])
}

/** Each row is worked on by itself: a job, a mail. One that fails is not to take the others along. */
const isWork = (node: PythonNode): boolean => node.type === 'Try' || (node.type === 'Call' && /(?:^|\.)(?:save|commit|update|create|delete|bulk_\w+|send\w*|execute|atomic)$/.test(chainOf(node.func)) && !isRead(node))
