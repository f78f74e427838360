import type { FunctionDef } from '../../../python/ast.ts'
import { isExplained } from '../../../python/comments.ts'
import { isDefault } from '../../../python/defaults.ts'
import { bodyOf, isEllipsis, nameRange, parametersOf } from '../../../python/nodes.ts'
import type { PythonContext, SyntaxRule } from '../../rule.ts'
import { promisesWork } from './names.ts'

export const python: SyntaxRule['python'] = { FunctionDef: check, AsyncFunctionDef: check }

/** Checks functions of a module and methods of classes without bases: elsewhere an empty function may be intended. */
function check(node: FunctionDef, context: PythonContext): void {
  const owner = context.ancestors.at(-1)
  const standsAlone = owner?.type === 'Module' || (owner?.type === 'ClassDef' && owner.bases.length === 0 && owner.keywords.length === 0 && !/Base|Abstract|Null|Dummy|Mixin|Backend|Interface|Protocol|Noop|Handler|Hook|Plugin/.test(owner.name))
  if (!standsAlone || context.fileClass !== 'source' || node.decorator_list.length > 0 || !promisesWork(node.name)) return
  const names = parametersOf(node).filter((name) => !/^(self|cls|_.*|args|kwargs)$/.test(name))
  const [only, more] = bodyOf(node)
  if (names.length === 0 || only === undefined || more !== undefined || isExplained(context, node)) return
  const hollow = owner.type === 'Module' && (only.type === 'Pass' || isEllipsis(only))
  const constant = only.type === 'Return' && only.value !== null && isDefault(only.value)
  if (hollow || constant) context.report(nameRange(node), { message: `${node.name} ${hollow ? 'does nothing' : 'answers the same whatever it is given'}: ${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} never read` })
}
