import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { isFlawed, parseCsv } from './csv.ts'
import { eachOf, type Gate } from './gate.ts'
import { count, meanOf, noCounts, scoreOf, type Counts, type Score } from './rates.ts'

// Sets name a flaw by one number where a tool may rightly name a neighbour.
const neighbours: readonly (readonly number[])[] = [
  [22, 23, 36, 73],
  [77, 78, 88],
  [79, 80, 83, 116],
  [94, 95, 96, 1336],
  [326, 327],
  [328, 327, 916],
  [330, 331, 338],
  [614, 1004, 1275],
  [90, 943],
  [643, 91],
  [601],
  [611, 827, 776],
]

/** Scores each category of sets that come with a list "# test name, category, real vulnerability, cwe", one file a test. */
export async function scoreExpectedResults(folder: string, gate: Gate): Promise<Record<string, Score>> {
  const scores: Record<string, Score> = {}
  for (const list of globSync('**/expectedresults*.csv', { cwd: folder, exclude: ['**/node_modules/**'] })) {
    const path = join(folder, list)
    const byCategory = await countList(path, filesBelow(dirname(path)), gate)
    const own = Object.fromEntries([...byCategory].sort(([a], [b]) => (a < b ? -1 : 1)).map(([category, counts]) => [`${list}: ${category}`, scoreOf(counts)]))
    Object.assign(scores, own, { [`${list}: mean of categories`]: meanOf(Object.values(own)) })
  }
  return scores
}

function filesBelow(folder: string): ReadonlyMap<string, string> {
  const files = globSync('**/*.{py,js,ts,jsx,tsx,mjs,cjs,java,go,rs}', { cwd: folder, exclude: ['**/node_modules/**'] })
  return new Map(files.map((file) => [basename(file, extname(file)), join(folder, file)]))
}

async function countList(list: string, files: ReadonlyMap<string, string>, gate: Gate): Promise<Map<string, Counts>> {
  const byCategory = new Map<string, Counts>()
  const rows = parseCsv(readFileSync(list, 'utf8')).filter(([name = '']) => !name.trim().startsWith('#'))
  await eachOf(rows, async ([name = '', category = '', real = '', cwe = '']) => {
    const file = files.get(name.trim())
    if (file === undefined) return
    const wanted = cwesLike(Number(cwe))
    const findings = await gate.findingsOf(file)
    const counts = byCategory.get(category.trim()) ?? noCounts()
    byCategory.set(category.trim(), counts)
    count(counts, isFlawed(real), findings.some((finding) => wanted.includes(finding.cwe)))
  })
  return byCategory
}

function cwesLike(cwe: number): string[] {
  return [...new Set([cwe, ...neighbours.filter((group) => group[0] === cwe || group.includes(cwe)).flat()])].map((each) => `CWE-${each}`)
}
