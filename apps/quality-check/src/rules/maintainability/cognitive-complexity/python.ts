import { branchSyntax, judgedFunctions } from '../../../python/cognitive-complexity.ts'
import { nameRange } from '../../../python/nodes.ts'
import { complexityBound } from '../../../syntax/branch-words.ts'
import type { SyntaxRule } from '../../rule.ts'
import { allowed, base } from './limits.ts'

export const python: SyntaxRule['python'] = {
  Module(module, context) {
    const boundOf = complexityBound(context.text, branchSyntax)
    for (const { node, score } of judgedFunctions(module, (each) => boundOf(each) > allowed)) {
      if (score > allowed) context.report(nameRange(node), { message: `${node.name} has a cognitive complexity of ${score}, more than ${allowed}`, minutes: base + score - allowed })
    }
  },
}
