import type { PythonExpression } from '../../../python/ast.ts'
import { isReasoned } from '../../../python/comments.ts'
import { chainOf } from '../../../python/nodes.ts'
import type { PythonContext, SyntaxRule } from '../../rule.ts'
import { isDefaultSecret, isForDevelopment, isRefusedElsewhere } from './values.ts'

const getter = /(?:^|\.)(?:environ\.get|getenv|environ\.setdefault)$/
// python-decouple, django-environ and environs.
const settingsGetter = /^(?:env|config|environ|env\.str)$/

export const python: SyntaxRule['python'] = {
  Call(node, context) {
    const chain = chainOf(node.func)
    const isGetter = getter.test(chain)
    if (!isGetter && !settingsGetter.test(chain)) return
    const given = node.keywords.find(({ arg }) => arg === 'default')?.value ?? (isGetter ? node.args[1] : undefined)
    check(node, textIn(node.args[0]), textIn(given), context)
  },
  BoolOp(node, context) {
    if (node.op !== 'or') return
    const last = node.values.at(-1)
    const before = node.values.at(-2)
    if (before?.type === 'Call' && getter.test(chainOf(before.func)) && before.args.length === 1) check(node, textIn(before.args[0]), textIn(last), context)
    if (before?.type === 'Subscript' && /(?:^|\.)environ$/.test(chainOf(before.value))) check(node, textIn(before.slice), textIn(last), context)
  },
}

function check(node: { readonly start: number; readonly end: number }, name: string, value: string, context: PythonContext): void {
  if (!isDefaultSecret(name, value) || isChosen(context) || isRefusedElsewhere(context.module, context.text, name, value) || isReasoned(context, node)) return
  context.report(node, { message: `where ${name} is not set, the secret is a text in the source code` })
}

const textIn = (node: PythonExpression | undefined): string => (node?.type === 'Constant' && node.kind === 'str' ? node.value : '')

/** A condition, a class or a name around it says that it is for development or tests. */
function isChosen({ ancestors, textOf }: PythonContext): boolean {
  return ancestors.some((each) => {
    if (each.type === 'If' || each.type === 'IfExp') return isForDevelopment(textOf(each.test))
    if (each.type === 'ClassDef') return /dev|test|local|debug/i.test(each.name)
    return each.type === 'Assign' && each.targets.some((target) => isForDevelopment(textOf(target)))
  })
}
