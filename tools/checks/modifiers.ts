import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

// V8 13.6 forgets them between alternatives in code that it does not optimise, and a thread that has compiled much optimises none: the same text matches, or does not.
const modifiers = /\(\?(?:[ims]+(?:-[ims]*)?|-[ims]+):/

/** Names lines with a regular expression whose flags change in its middle. */
export function checkModifiers(root: string): string[] {
  return globSync('{apps,libs,tests,tools}/**/*.{ts,tsx}', { cwd: root })
    .filter((file) => !/(^|\/)(node_modules|dist|gen|examples|fixtures|templates)\//.test(file))
    .flatMap((file) => linesWithModifiers(readFileSync(join(root, file), 'utf8')).map((line) => `${file}:${line} changes the flags of a regular expression in its middle: write both cases, [aA], or another expression`))
}

export function linesWithModifiers(text: string): number[] {
  return text.split('\n').flatMap((line, index) => (modifiers.test(line) ? [index + 1] : []))
}
