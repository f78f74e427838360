import { chainOf } from '../../../python/nodes.ts'
import { holdsTests, isTest } from '../../../python/tests.ts'
import type { SyntaxRule } from '../../rule.ts'

const shortestSeconds = 0.02

export const python: SyntaxRule['python'] = {
  Call(node, context) {
    if (!/^(time|asyncio|anyio|trio|gevent)\.sleep$|^sleep$/.test(chainOf(node.func)) || !holdsTests(context) || !context.ancestors.some(isTest)) return
    const [seconds] = node.args
    if (seconds?.type !== 'Constant' || (seconds.kind !== 'int' && seconds.kind !== 'float') || Number(seconds.value) < shortestSeconds) return
    context.report(node, { message: `the test waits ${Number(seconds.value)} s and hopes that is enough` })
  },
}
