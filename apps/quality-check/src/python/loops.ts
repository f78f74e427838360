import type { PythonExpression, PythonNode } from './ast.ts'
import { isFunctionDef, namesBoundBy } from './nodes.ts'

/** Code that runs for every element of a collection. */
export interface Iteration {
  readonly node: PythonNode
  readonly source: PythonExpression
  readonly variables: readonly string[]
  /** The code of an iteration. */
  readonly body: readonly PythonNode[]
}

/** The innermost loop or comprehension around a node, inside its function. `at` is the node itself. */
export function enclosingIteration(ancestors: readonly PythonNode[], at: PythonNode): Iteration | undefined {
  for (let index = ancestors.length - 1; index >= 0; index--) {
    const node = ancestors[index] as PythonNode
    if (isFunctionDef(node) || node.type === 'Lambda' || node.type === 'ClassDef') return undefined
    const found = iterationOf(node)
    if (found !== undefined && found.body.some(({ start, end }) => at.start >= start && at.end <= end)) return found
  }
  return undefined
}

function iterationOf(node: PythonNode): Iteration | undefined {
  if (node.type === 'For' || node.type === 'AsyncFor') return { node, source: node.iter, variables: namesBoundBy(node.target), body: node.body }
  if (node.type !== 'ListComp' && node.type !== 'SetComp' && node.type !== 'GeneratorExp' && node.type !== 'DictComp') return undefined
  const [first] = node.generators
  if (first === undefined) return undefined
  const result = node.type === 'DictComp' ? [node.key, node.value] : [node.elt]
  return { node, source: first.iter, variables: node.generators.flatMap(({ target }) => namesBoundBy(target)), body: [...result, ...node.generators.flatMap(({ ifs }) => ifs)] }
}

/** Whether the collection is a literal in the code, and therefore short. */
export function isWrittenOut({ source }: Iteration): boolean {
  if (source.type === 'List' || source.type === 'Tuple' || source.type === 'Set' || source.type === 'Dict') return true
  // range(5)
  return source.type === 'Call' && source.func.type === 'Name' && source.func.id === 'range' && source.args.every(({ type }) => type === 'Constant')
}
