import { branchSyntax, judgedFunctions } from '../../../javascript/cognitive-complexity.ts'
import { nameOfFunction } from '../../../javascript/nodes.ts'
import { complexityBound } from '../../../syntax/branch-words.ts'
import type { SyntaxRule } from '../../rule.ts'
import { allowed, base } from './limits.ts'
import { python } from './python.ts'

export const rule: SyntaxRule = {
  id: 'cognitive-complexity',
  kind: 'syntax',
  title: 'Function too hard to follow',
  why: 'Branches inside branches must all be held in mind at once: such functions are where changes go wrong.',
  fix: 'Move inner branches into functions with names, return early, and put conditions that belong together into one named test.',
  category: 'maintainability',
  severity: 'warning',
  confidence: 'high',
  languages: ['javascript', 'python'],
  minutes: base,
  inTests: { severity: 'note' },
  python,
  javascript: {
    Program(node, context) {
      const boundOf = complexityBound(context.text, branchSyntax)
      for (const { node: judged, parent, score } of judgedFunctions(node, (each) => boundOf(each) > allowed)) {
        if (score <= allowed) continue
        const { name, start, end } = nameOfFunction(judged, parent === undefined ? [] : [parent])
        context.report({ start, end }, { message: `${name === '' ? 'this function' : name} has a cognitive complexity of ${score}, more than ${allowed}`, minutes: base + score - allowed })
      }
    },
  },
}
