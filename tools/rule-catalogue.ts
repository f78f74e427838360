/** Finds the rules of the quality gate by their folders, and writes the one list of them and of their examples that its code imports. */
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, sep } from 'node:path'

const header = '// Written by tools/rule-catalogue.ts from the folders under src/rules.\n'

export function writeRuleCatalogue(root: string): void {
  const app = join(root, 'apps/quality-check')
  const files = globSync('src/rules/*/*/rule.ts', { cwd: app }).map((file) => file.split(sep).join('/')).sort()
  const names = files.map((file) => basename(dirname(file)))
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new Error(`two rules are called ${twice}: rename one`)
  const imports = files.map((file, index) => `import { rule as rule${index} } from '../${file}'\n`)
  const list = `\nexport const rules: readonly Rule[] = [${files.map((_, index) => `rule${index}`).join(', ')}]\n`
  write(join(app, 'gen/rules.ts'), `${header}import type { Rule } from '../src/rules/rule.ts'\n${imports.join('')}${list}`)
  const examples = Object.fromEntries(files.map((file) => [basename(dirname(file)), readExamples(join(app, dirname(file)))]))
  write(join(app, 'gen/rule-examples.ts'), `${header}export const ruleExamples: Readonly<Record<string, readonly { readonly file: string; readonly text: string }[]>> = ${JSON.stringify(examples, null, 1)}\n`)
}

function readExamples(folder: string): { file: string; text: string }[] {
  return globSync('examples/*', { cwd: folder }).sort().map((file) => ({ file: basename(file), text: readFileSync(join(folder, file), 'utf8') }))
}

function write(file: string, text: string): void {
  // A newer file would be bundled again.
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}
