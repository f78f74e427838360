import type { PythonArguments, PythonExpression, PythonModule, PythonNode } from './ast.ts'
import { chainOf, contains, eachChild, isFunctionDef, namesBoundBy, parametersOf } from './nodes.ts'

// Calls and names whose value comes from outside the program.
const outside = /^(?:input|raw_input|sys\.argv|os\.environ|(?:os\.)?getenv|sys\.stdin)\b|\.(?:read|readline|read_text|recv|recvfrom|fetchone|getenv|raw_input)\(\)/

/**
 * The positions at which a module evaluates a text from outside (a parameter, input, a file, the network) with access to all names. A text that passed through any
 * other call is left out, because that call may have checked it.
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

// Calls that check a text before it is evaluated.
const looksAt = /match|check|valid|allow|safe/i

/** The parameters that a function neither reassigns nor checks. */
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
