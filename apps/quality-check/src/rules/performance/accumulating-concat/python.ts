import type { PythonExpression, PythonNode } from '../../../python/ast.ts'
import { enclosingIteration, isWrittenOut, type Iteration } from '../../../python/loops.ts'
import { chainOf, contains, namesBoundBy } from '../../../python/nodes.ts'
import type { SyntaxRule } from '../../rule.ts'

const joining = /^(?:pd|pandas)\.concat$|^(?:np|numpy)\.(?:append|concatenate|vstack|hstack)$/

export const python: SyntaxRule['python'] = {
  Assign(node, context) {
    const [target] = node.targets
    if (target?.type !== 'Name' || !isJoining(node.value, target.id)) return
    const iteration = enclosingIteration(context.ancestors, node)
    if (iteration === undefined || isWrittenOut(iteration) || isMadeIn(iteration, target.id, node)) return
    context.report(node, { message: `${target.id} is copied as a whole with every turn` })
  },
}

/** Created in each iteration: the loop contains another assignment to it. */
function isMadeIn({ body }: Iteration, name: string, own: PythonNode): boolean {
  return body.some((statement) => contains(statement, (node) => node.type === 'Assign' && node !== own && node.targets.flatMap(namesBoundBy).includes(name)))
}

/** pd.concat([frame, more]), np.append(values, more) */
function isJoining(value: PythonExpression, name: string): boolean {
  if (value.type !== 'Call' || !joining.test(chainOf(value.func))) return false
  const [first] = value.args
  const parts = first?.type === 'List' || first?.type === 'Tuple' ? first.elts : [first]
  return parts.some((part) => part?.type === 'Name' && part.id === name)
}
