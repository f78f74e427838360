import type { PythonNode } from '../../../python/ast.ts'
import { enclosingIteration, isWrittenOut } from '../../../python/loops.ts'
import { chainOf, contains, isLoop, mentions, namesBoundBy, outsideFunctions } from '../../../python/nodes.ts'
import type { SyntaxRule } from '../../rule.ts'

const reads = /(^|\.)(get|fetch|load|read|find|list|download|lookup|request|search|describe|translate|embed|summarize|score)(_\w+)?$/
const inTurn = /(page|browser|cursor|reader|stream|queue|lock|tx|transaction|session\.execute|driver|iterator|limiter|locator|socket|channel|parser|buffer|file|ws|websocket|connection|conn)s?\.\w+$/i

export const python: SyntaxRule['python'] = {
  Await(node, context) {
    const iteration = enclosingIteration(context.ancestors, node)
    if (iteration?.node.type !== 'For' || isWrittenOut(iteration) || !isRead(node)) return
    const names = [...iteration.variables]
    const carried: string[] = []
    for (const statement of iteration.body) {
      if (contains(statement, staysInOrder, outsideFunctions)) return
      contains(statement, (each) => {
        if (each.type === 'Assign') carried.push(...each.targets.flatMap(namesBoundBy))
        if (each.type === 'AugAssign') carried.push(...namesBoundBy(each.target))
        return false
      })
    }
    const [first] = iteration.body
    const needsBefore = carried.some((name) => mentions(node, name) && !(first !== undefined && first.type === 'Assign' && first.targets.flatMap(namesBoundBy).includes(name)))
    if (!needsBefore && names.some((name) => mentions(node, name))) context.report(node, { message: `each turn waits for ${chainOf(node.value)} before the next one starts, and needs nothing of the turns before`, fix: 'Start them together with asyncio.gather() or a TaskGroup, in portions where the other side has a limit.' })
  },
}

const isRead = (node: PythonNode) => node.type === 'Await' && node.value.type === 'Call' && reads.test(chainOf(node.value.func)) && !inTurn.test(chainOf(node.value.func))

/** Whether the order matters: the loop may end early, has other effects, or is one of several. */
const staysInOrder = (node: PythonNode) =>
  node.type === 'Break' || node.type === 'Return' || node.type === 'Yield' || node.type === 'If' || node.type === 'Try' || isLoop(node) || node.type === 'AsyncWith' || (node.type === 'Await' && !isRead(node))
