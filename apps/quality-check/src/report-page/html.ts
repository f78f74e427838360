import type { Verdict } from '../scoring/criterion.ts'
import { trendChart } from './chart.ts'
import { escapeHtml } from './escape.ts'
import { changeOf, evidenceOf, newCodeNote, scoreOf, sizeOf, timeOf, titleOf, verdictOf, whatOf, type Counted, type PageModel } from './history.ts'
import { style } from './style.ts'

/** Renders the page as one HTML file without scripts or external resources. */
export function htmlPage(model: PageModel, now: Date): string {
  const title = `Quality of ${escapeHtml(model.repository)}`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${model.latest ? sections(model) : '<p>Nothing was checked yet. <code>elder check --all</code> checks the whole repository.</p>'}
</main>
<footer><p>Written ${time(now)}.</p></footer>
</body>
</html>
`
}

function sections(model: PageModel): string {
  const { latest, trends, worst, recent, openCount, fixedCount, byRule, byFile } = model
  if (!latest) return ''
  const charts = trends.filter(({ points }) => points.length > 1)
  return [
    `<p>The gate ${verdict(latest.verdict)}: ${sizeOf(latest)}.
${model.ofWhole ? 'The whole repository' : 'Single edits; the repository was never checked as a whole'}, ${time(latest.at)}.</p>`,
    ...(latest.newCodeBlockers > 0 ? [`<p>${escapeHtml(newCodeNote(latest))}</p>`] : []),
    '<h2>Scores</h2>',
    table('Each criterion has a published definition; the last column shows what it was computed from.', ['Criterion', '#Score', '#Needs', '#Change', 'Verdict', 'Computed from'], trends.map(({ outcome, change }) => [titleOf(outcome.criterion), scoreOf(outcome.score), String(outcome.threshold), changeOf(change), { html: verdict(outcome.verdict) }, evidenceOf(outcome)])),
    ...(charts.length > 0 ? ['<h2>Trend</h2>', '<p class="dim">Dashed: what is needed.</p>', `<ul class="charts">${charts.map((trend) => `<li><h3>${escapeHtml(titleOf(trend.outcome.criterion))}</h3>${trendChart(trend)}</li>`).join('')}</ul>`] : []),
    '<h2>Worst open findings</h2>',
    `<p>${openCount} open, ${fixedCount} fixed.</p>`,
    ...(worst.length > 0 ? [table('Worst first.', ['Severity', 'Place', 'Rule', 'Finding', 'Since'], worst.map(({ path, finding, firstSeenAt }) => [finding.severity, { html: code(`${path}:${finding.line}`) }, { html: code(finding.rule) }, finding.message, { html: time(firstSeenAt) }]))] : []),
    ...counts('Open findings by rule', 'Rule', byRule),
    ...counts('Open findings by file', 'File', byFile),
    '<h2>Recent checks</h2>',
    table('Newest first.', ['Time', 'What', '#Files', '#Findings', 'Gate'], recent.map((check) => [{ html: time(check.at) }, whatOf(check), String(check.files), String(check.findings), { html: verdict(check.verdict) }])),
  ].join('\n')
}

function counts(title: string, what: string, counted: readonly Counted[]): string[] {
  if (counted.length === 0) return []
  return [`<h2>${title}</h2>`, table('Most errors first.', [what, '#Open', '#Errors'], counted.map(({ name, count, errors }) => [{ html: code(name) }, String(count), String(errors)]))]
}

/** A cell is text, or markup made by this module. */
type Cell = string | { readonly html: string }

/** A column whose title begins with "#" contains numbers. The first cell of a row is its header. */
function table(caption: string, header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const numeric = (column: number) => (header[column]?.startsWith('#') ? ' class="number"' : '')
  const content = (cell: Cell) => (typeof cell === 'string' ? escapeHtml(cell) : cell.html)
  const row = (cells: readonly Cell[]) => `<tr>${cells.map((cell, column) => (column === 0 ? `<th scope="row">${content(cell)}</th>` : `<td${numeric(column)}>${content(cell)}</td>`)).join('')}</tr>`
  const head = header.map((title, column) => `<th scope="col"${numeric(column)}>${escapeHtml(title.replace(/^#/, ''))}</th>`).join('')
  return `<div class="scroll"><table><caption>${escapeHtml(caption)}</caption><thead><tr>${head}</tr></thead><tbody>\n${rows.map(row).join('\n')}\n</tbody></table></div>`
}

const code = (text: string) => `<code>${escapeHtml(text)}</code>`
const time = (at: Date) => `<time datetime="${at.toISOString()}">${timeOf(at)}</time>`
const verdict = (value: Verdict | undefined) => `<span class="${value ?? 'not_evaluated'}">${verdictOf(value)}</span>`
