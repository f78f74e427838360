import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Finding } from '../../../../apps/quality-check/src/finding.ts'
import { isFlawed, parseCsv } from './csv.ts'
import { eachOf, type Gate } from './gate.ts'
import { count, noCounts, scoreOf, type Score } from './rates.ts'

/**
 * Scores lists with a head: "file,line,label" names lines of files next to the list, "text,label" holds the texts themselves,
 * "comment,label" the words of comments. Any finding counts: choose rules with --rules.
 */
export async function scoreLabelledLists(folder: string, gate: Gate): Promise<Record<string, Score>> {
  const scores: Record<string, Score> = {}
  for (const list of globSync('**/*.csv', { cwd: folder, exclude: ['**/node_modules/**', '**/expectedresults*.csv'] })) {
    const [head = [], ...rows] = parseCsv(readFileSync(join(folder, list), 'utf8'))
    const names = head.map((name) => name.trim().toLowerCase())
    const columns = { file: names.indexOf('file'), line: names.indexOf('line'), label: names.indexOf('label'), text: names.indexOf('text'), comment: names.indexOf('comment') }
    if (columns.label === -1) continue
    const counts = noCounts()
    const known = new Map<string, Promise<readonly Finding[]>>()
    const findingsOf = (file: string): Promise<readonly Finding[]> => {
      const findings = known.get(file) ?? gate.findingsOf(file)
      known.set(file, findings)
      return findings
    }
    await eachOf(rows, async (row) => {
      const found = await isFound(row, columns, dirname(join(folder, list)), gate, findingsOf)
      if (found !== undefined) count(counts, isFlawed(row[columns.label] ?? ''), found)
    })
    scores[list] = scoreOf(counts)
  }
  return scores
}

interface Columns {
  readonly file: number
  readonly line: number
  readonly text: number
  readonly comment: number
}

async function isFound(row: readonly string[], columns: Columns, folder: string, gate: Gate, findingsOf: (file: string) => Promise<readonly Finding[]>): Promise<boolean | undefined> {
  if (columns.text !== -1) return (await gate.findingsIn('text.txt', row[columns.text] ?? '')).length > 0
  if (columns.comment !== -1) return (await gate.findingsIn('comment.js', asComment(row[columns.comment] ?? ''))).length > 0
  const file = join(folder, row[columns.file] ?? '')
  if (columns.file === -1 || columns.line === -1 || !existsSync(file)) return undefined
  const line = Number(row[columns.line])
  return (await findingsOf(file)).some((finding) => finding.line <= line && line <= finding.endLine)
}

function asComment(words: string): string {
  return words.split('\n').map((line) => `// ${line}\n`).join('')
}
