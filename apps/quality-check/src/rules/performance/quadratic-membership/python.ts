import type { PythonExpression, PythonNode } from '../../../python/ast.ts'
import { enclosingIteration, isWrittenOut } from '../../../python/loops.ts'
import { chainOf, contains, isFunctionDef, namesBoundBy, outsideFunctions } from '../../../python/nodes.ts'
import type { PythonContext, SyntaxRule } from '../../rule.ts'

export const python: SyntaxRule['python'] = {
  Compare(node, context) {
    const [list] = node.comparators
    if (node.ops.length !== 1 || !/^(not )?in$/.test(node.ops[0] as string) || list?.type !== 'Name') return
    const iteration = enclosingIteration(context.ancestors, node)
    if (iteration === undefined || isWrittenOut(iteration) || isConstantName(iteration.source)) return
    const made = listMadeAs(list.id, context)
    if (made === undefined || iteration.body.some(({ start, end }) => made.start >= start && made.end <= end)) return
    context.report(node, { message: `${list.id} is a list, and is searched from the start for every element of ${chainOf(iteration.source).replaceAll('()', '') || 'the other'}` })
  },
}

const isConstantName = (node: PythonExpression) => node.type === 'Name' && /^[A-Z][A-Z0-9_]+$/.test(node.id)

/** Where the name is assigned a list of unknown length; undefined when it is also assigned anything else. */
function listMadeAs(name: string, { ancestors, module }: PythonContext): PythonNode | undefined {
  const scope = ancestors.findLast(isFunctionDef) ?? module
  const made: (PythonNode | undefined)[] = []
  for (const statement of scope.body)
    contains(
      statement,
      (node) => {
        if (node.type === 'Assign' && node.targets.flatMap(namesBoundBy).includes(name)) made.push(node.targets.every(({ type }) => type === 'Name') && isList(node.value) ? node : undefined)
        return false
      },
      outsideFunctions,
    )
  return made.length > 0 && made.every((each) => each !== undefined) ? made[0] : undefined
}

function isList(value: PythonExpression): boolean {
  if (value.type === 'List') return value.elts.length === 0
  return value.type === 'ListComp' || (value.type === 'Call' && /^(list|sorted)$/.test(chainOf(value.func)) && value.args.length > 0)
}
