import type { Node } from '@oxc-project/types'
import { bare, chainOf, enclosingFunction, lastName, textIn, walk } from '../../../javascript/nodes.ts'
import type { JavaScriptContext, SyntaxRule } from '../../rule.ts'
import { isShared, ownsFolder } from './places.ts'
import { python } from './python.ts'

const writing = /(?:^|\.)(?:writeFile|writeFileSync|appendFile|appendFileSync|createWriteStream|outputFile|outputFileSync|copyFile|copyFileSync)$/

export const rule: SyntaxRule = {
  id: 'shared-temporary-file',
  kind: 'syntax',
  title: 'File of a fixed name in a folder that everybody writes to',
  why: 'Another user can put a link or a file there first, and two runs at once overwrite each other.',
  fix: 'Make a folder of your own: mkdtemp(join(tmpdir(), "name-")), and write into it.',
  fixInPython: 'Let tempfile choose the name: tempfile.NamedTemporaryFile(), mkstemp() or TemporaryDirectory().',
  category: 'security',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python'],
  cwe: 'CWE-377',
  securitySeverity: 5.5,
  inTests: 'off',
  python,
  javascript: {
    CallExpression(node, context) {
      const name = chainOf(node.callee)
      if (!writing.test(name) || ownsFolder(context.text)) return
      const at = lastName(name).startsWith('copyFile') ? node.arguments[1] : node.arguments[0]
      const path = at === undefined ? undefined : pathIn(at, context)
      if (path !== undefined && isShared(path) && !/["'`](?:ax?\+?x|wx\+?)["'`]/.test(context.textOf(node))) context.report(at as Node, { message: `${path} is written under a name that everybody knows`, advice: 'unless_new' })
    },
  },
}

/** A text, or the constant that holds one. */
function pathIn(given: Node, { ancestors }: JavaScriptContext): string | undefined {
  const node = bare(given)
  if (node.type !== 'Identifier') return textIn(node)
  let found: string | undefined
  const scopes = [enclosingFunction(ancestors)?.body, ancestors[0]]
  for (const scope of scopes) {
    if (scope != null)
      walk(scope, (each) => {
        if (each.type === 'VariableDeclarator' && each.id.type === 'Identifier' && each.id.name === node.name && each.init !== null) found ??= textIn(bare(each.init))
      })
  }
  return found
}
