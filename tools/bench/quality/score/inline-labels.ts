import { globSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { eachOf, type Gate } from './gate.ts'
import { count, noCounts, scoreOf, type Counts, type Score } from './rates.ts'

const label = /^(.*?)(?:\/\/|#|\/\*|<!--|--|\{\/\*)\s*(ruleid|ok)\s*:/

/** Scores trees in which comments say "ruleid:" over a flawed line and "ok:" over a sound one, for each language. Any security finding counts. */
export async function scoreInlineLabels(folder: string, gate: Gate): Promise<Record<string, Score>> {
  const byLanguage = new Map<string, Counts>()
  const files = globSync('**/*.{py,js,ts,jsx,tsx,mjs,cjs,java,go,rs,sh,yaml,yml,sql,dockerfile}', { cwd: folder, exclude: ['**/node_modules/**'] })
  await eachOf(files, async (file) => {
    const labels = labelsOf(readFileSync(join(folder, file), 'utf8'))
    if (labels.length === 0) return
    const findings = (await gate.findingsOf(join(folder, file))).filter(({ category }) => category === 'security')
    const language = languageOf(file)
    const counts = byLanguage.get(language) ?? noCounts()
    byLanguage.set(language, counts)
    for (const { line, isFlawed } of labels) count(counts, isFlawed, findings.some((finding) => finding.line <= line && line <= finding.endLine))
  })
  return Object.fromEntries([...byLanguage].sort(([a], [b]) => (a < b ? -1 : 1)).map(([language, counts]) => [`labels: ${language}`, scoreOf(counts)]))
}

/** A label after code applies to its line, a label on its own line to the next line without a label. Each line counts once, and as flawed if any label says so. */
function labelsOf(text: string): { readonly line: number; readonly isFlawed: boolean }[] {
  const lines = text.split('\n')
  const labelled = new Map<number, boolean>()
  for (const [index, content] of lines.entries()) {
    const match = label.exec(content)
    if (match === null) continue
    let at = index
    if (match[1]?.trim() === '') for (at = index + 1; at < lines.length && label.test(lines[at] ?? ''); ) at++
    labelled.set(at + 1, match[2] === 'ruleid' || labelled.get(at + 1) === true)
  }
  return [...labelled].map(([line, isFlawed]) => ({ line, isFlawed }))
}

function languageOf(file: string): string {
  const extension = extname(file)
  if (/^\.[cm]?jsx?$/.test(extension)) return 'javascript'
  return /^\.[cm]?tsx?$/.test(extension) ? 'typescript' : extension.slice(1)
}
