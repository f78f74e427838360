import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const most = 400

/** Names source files that have grown past what one reads in a sitting. */
export function checkSizes(root: string): string[] {
  return globSync('{apps,libs,tests,tools}/**/*.{ts,tsx}', { cwd: root })
    .filter((file) => !/(^|\/)(node_modules|dist|gen|examples)\//.test(file))
    .flatMap((file) => {
      const lines = readFileSync(join(root, file), 'utf8').split('\n').length
      return lines > most ? [`${file} has ${lines} lines, more than ${most}: does it hold two things?`] : []
    })
}
