/**
 * Writes small Flask programs, each with one source, one propagation step and one sink, half of them flawed, and the list of which
 * are: a set for score.ts.
 * usage: node tools/bench/quality/python-programs.ts DIR
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

interface Category {
  readonly name: string
  readonly cwe: number
  /** Places that are flawed when request data arrives there... */
  readonly harmedByData: readonly string[]
  /** ...whatever arrives... */
  readonly wrongByThemselves: readonly string[]
  /** ...and that never are. */
  readonly sound: readonly string[]
}

interface Parts {
  readonly sources: readonly string[]
  /** Ways on which `param` becomes `bar`, with its data... */
  readonly passing: readonly string[]
  /** ...and without it. */
  readonly stopping: readonly string[]
  readonly categories: readonly Category[]
}

const each = 24
const { sources, passing, stopping, categories } = JSON.parse(readFileSync(join(import.meta.dirname, 'examples/python-programs.json'), 'utf8')) as Parts
const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('usage: node tools/bench/quality/python-programs.ts DIR')

const pick = <T>(list: readonly T[], number: number): T => list[number % list.length] as T
const indent = (text: string) => text.split('\n').map((line) => `        ${line}`).join('\n')

function writeProgram(name: string, category: string, parts: readonly string[]): void {
  const body = indent(['RESPONSE = ""', ...parts, 'return RESPONSE'].join('\n'))
  const head = 'import urllib.parse\nimport base64\nfrom flask import request, make_response, redirect\n\ndef init(app):\n'
  const route = (method: string, what: string) => `\n    @app.route('/${category}/${name}', methods=['${method}'])\n    def ${name}_${method.toLowerCase()}():\n${what}\n`
  writeFileSync(join(folder as string, 'testcode', `${name}.py`), `${head}${route('GET', `        return ${name}_post()`)}${route('POST', body)}`)
}

/** The way and the place of one program. Seven and five are prime to the lengths of most lists: all pairs come up. */
function choose({ harmedByData, wrongByThemselves, sound }: Category, isFlawed: boolean, number: number): string[] {
  const byData = harmedByData.length > 0
  if (isFlawed) return byData ? [pick(passing, number), pick(harmedByData, number * 7)] : [pick([...passing, ...stopping], number * 5), pick(wrongByThemselves, number)]
  const takesSound = sound.length > 0 && (!byData || number % 3 === 0)
  return takesSound ? [pick(passing, number * 5), pick(sound, number)] : [pick(stopping, number), pick(harmedByData, number * 7)]
}

mkdirSync(join(folder, 'testcode'), { recursive: true })
const rows = categories.flatMap((category) =>
  Array.from({ length: each }, (_, number) => {
    const name = `Case_${category.name}_${number}`
    const isFlawed = number % 2 === 0
    writeProgram(name, category.name, [pick(sources, number * 5), ...choose(category, isFlawed, number >> 1)])
    return `${name},${category.name},${isFlawed},${category.cwe}`
  }),
)
writeFileSync(join(folder, 'expectedresults.csv'), `# test name, category, real vulnerability, cwe\n${rows.join('\n')}\n`)
console.log(`${rows.length} programs in ${folder}`)
