/**
 * Writes web programs in Python that come in pairs, one flawed and one sound, and the list of which are: a set for score.ts. In the file of pairs "-|" begins
 * a line of the flawed one alone, "+|" one of the sound one.
 * usage: node tools/bench/quality/program-pairs.ts DIR
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('usage: node tools/bench/quality/program-pairs.ts DIR')

const pairs = readFileSync(join(import.meta.dirname, 'examples/program-pairs.txt'), 'utf8').split(/^=== /m).slice(1)
mkdirSync(folder, { recursive: true })
const rows = pairs.flatMap((pair) => {
  const [head = '', ...lines] = pair.trimEnd().split('\n')
  const [name, category, cwe] = head.split(' ')
  return (['-|', '+|'] as const).map((own) => {
    const isFlawed = own === '-|'
    const other = isFlawed ? '+|' : '-|'
    const file = `${name}_${isFlawed ? 'flawed' : 'sound'}`
    const text = lines.filter((line) => !line.startsWith(other)).map((line) => (line.startsWith(own) ? line.slice(2) : line))
    writeFileSync(join(folder, `${file}.py`), `${text.join('\n')}\n`)
    return `${file},${category},${isFlawed},${cwe}`
  })
})
writeFileSync(join(folder, 'expectedresults.csv'), `# test name, category, real vulnerability, cwe\n${rows.join('\n')}\n`)
console.log(`${rows.length} programs in ${folder}`)
