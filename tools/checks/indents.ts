import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync, Visitor } from 'oxc-parser'

/** Names lines that do not stand two spaces further in than the block they belong to: no compiler minds them, and every reader does. */
export function checkIndents(root: string): string[] {
  return globSync('{apps,libs,tests,tools}/**/*.{ts,tsx}', { cwd: root })
    .filter((file) => !/(^|\/)(node_modules|dist|gen|examples|fixtures|templates)\//.test(file))
    .flatMap((file) => misplacedLines(file, readFileSync(join(root, file), 'utf8')).map((line) => `${file}:${line} is not indented like its block`))
}

export function misplacedLines(file: string, text: string): number[] {
  const found: number[] = []
  function check(block: { start: number }, parts: readonly { start: number }[]): void {
    const inside = `${indentOf(text, block.start)}  `
    for (const { start } of parts) {
      const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start)
      if (before.trim() === '' && before !== inside) found.push(text.slice(0, start).split('\n').length)
    }
  }
  const visitor = new Visitor({
    BlockStatement: (node) => check(node, node.body),
    ClassBody: (node) => check(node, node.body),
    SwitchStatement: (node) => check(node, node.cases),
    SwitchCase: (node) => check(node, node.consequent),
  })
  visitor.visit(parseSync(file, text).program)
  return found
}

/** Of the line on which something stands. */
function indentOf(text: string, offset: number): string {
  return /^ */.exec(text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset))?.[0] ?? ''
}
