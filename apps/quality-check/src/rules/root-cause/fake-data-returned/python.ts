import { isFunctionDef } from '../../../python/nodes.ts'
import type { SyntaxRule } from '../../rule.ts'
import { isDouble, isFake } from './names.ts'

export const python: SyntaxRule['python'] = {
  Return(node, context) {
    if (node.value?.type !== 'Name' || context.fileClass !== 'source' || !isFake(node.value.id)) return
    const owner = context.ancestors.findLast(isFunctionDef)
    if (owner !== undefined && !isDouble(owner.name)) context.report(node, { message: `${owner.name} returns ${node.value.id}, which is made up` })
  },
}
