import type { PythonExpression } from '../../../python/ast.ts'
import { enclosingIteration, isWrittenOut } from '../../../python/loops.ts'
import { chainOf, contains, namesBoundBy } from '../../../python/nodes.ts'
import type { SyntaxRule } from '../../rule.ts'

const joining = /^(?:pd|pandas)\.concat$|^(?:np|numpy)\.(?:append|concatenate|vstack|hstack)$/

export const python: SyntaxRule['python'] = {
  Assign(node, context) {
    const [target] = node.targets
    const { value } = node
    if (target?.type !== 'Name' || value.type !== 'Call' || !joining.test(chainOf(value.func)) || !gathers(value.args, target.id)) return
    const iteration = enclosingIteration(context.ancestors, node)
    if (iteration === undefined || isWrittenOut(iteration)) return
    const isNew = iteration.body.some((statement) => contains(statement, (each) => each.type === 'Assign' && each !== node && each.targets.flatMap(namesBoundBy).includes(target.id)))
    if (!isNew) context.report(node, { message: `${target.id} is copied as a whole with every turn` })
  },
}

/** pd.concat([frame, more]), np.append(values, more) */
function gathers([first]: readonly PythonExpression[], name: string): boolean {
  const parts = first?.type === 'List' || first?.type === 'Tuple' ? first.elts : [first]
  return parts.some((part) => part?.type === 'Name' && part.id === name)
}
