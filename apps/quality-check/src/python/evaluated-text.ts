import type { PythonArguments, PythonExpression, PythonModule, PythonNode } from './ast.ts'
import { chainOf, contains, eachChild, isFunctionDef, namesBoundBy, parametersOf } from './nodes.ts'

// Calls and names whose result nobody wrote into the program.
const outside = /^(?:input|raw_input|sys\.argv|os\.environ|(?:os\.)?getenv|sys\.stdin)\b|\.(?:read|readline|read_text|recv|recvfrom|fetchone|getenv|raw_input)\(\)/

/**
 * Where a module evaluates a text as it was handed to the function around it, typed, read or received, and lets it use all names that there are. Any step
 * between may have looked at the text.
 */
export function foreignEvaluations(module: PythonModule): readonly number[] {
  const found: number[] = []
  visit(module, new Set())
  return found

  function visit(node: PythonNode, handed: ReadonlySet<string>): void {
    const inside = isFunctionDef(node) || node.type === 'Lambda' ? handedTo(node) : handed
    if (node.type === 'Call' && /^(?:builtins\.)?eval$/.test(chainOf(node.func)) && node.args.length === 1 && node.keywords.length === 0) {
      const [text] = node.args
      if (text !== undefined && isForeign(text, inside)) found.push(node.start)
    }
    eachChild(node, (child) => visit(child, inside))
  }
}

function isForeign(text: PythonExpression, handed: ReadonlySet<string>): boolean {
  return text.type === 'Name' ? handed.has(text.id) : outside.test(chainOf(text))
}

// Calls that look at a text before it is evaluated.
const looksAt = /match|check|valid|allow|safe/i

/** The parameters of a function that it neither binds anew nor has looked at. */
function handedTo(node: PythonNode & { readonly args: PythonArguments }): ReadonlySet<string> {
  const handed = new Set(parametersOf(node))
  contains(node, (each) => {
    const targets = each.type === 'Assign' ? each.targets : each.type === 'AugAssign' || each.type === 'For' || each.type === 'comprehension' ? [each.target] : []
    if (each.type === 'Call' && looksAt.test(chainOf(each.func))) for (const given of each.args) if (given.type === 'Name') handed.delete(given.id)
    for (const name of targets.flatMap(namesBoundBy)) handed.delete(name)
    return false
  })
  return handed
}
