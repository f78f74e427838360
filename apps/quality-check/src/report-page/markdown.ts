import { changeOf, evidenceOf, newCodeNote, plain, scoreOf, sizeOf, timeOf, titleOf, verdictOf, whatOf, type Counted, type PageModel } from './history.ts'

/** Renders the page as Markdown. */
export function markdownPage(model: PageModel, now: Date): string {
  const { repository, latest } = model
  if (!latest) return `# Quality of ${escape(repository)}\n\nNothing was checked yet. \`elder check --all\` checks the whole repository.\n`
  return [
    `# Quality of ${escape(repository)}`,
    `The gate **${verdictOf(latest.verdict)}**: ${sizeOf(latest)}. ${model.ofWhole ? 'The whole repository' : 'Single edits; the repository was never checked as a whole'}, ${timeOf(latest.at)}.`,
    ...(latest.newCodeBlockers > 0 ? [newCodeNote(latest)] : []),
    '## Scores',
    table(['Criterion', 'Score', 'Needs', 'Change', 'Verdict', 'Computed from'], model.trends.map(({ outcome, change }) => [titleOf(outcome.criterion), scoreOf(outcome.score), String(outcome.threshold), changeOf(change), verdictOf(outcome.verdict), evidenceOf(outcome)])),
    '## Worst open findings',
    `${model.openCount} open, ${model.fixedCount} fixed.`,
    ...(model.worst.length > 0 ? [table(['Severity', 'Place', 'Rule', 'Finding', 'Since'], model.worst.map(({ path, finding, firstSeenAt }) => [finding.severity, `${path}:${finding.line}`, finding.rule, finding.message, timeOf(firstSeenAt)]))] : []),
    ...counts('Open findings by rule', 'Rule', model.byRule),
    ...counts('Open findings by file', 'File', model.byFile),
    '## Recent checks',
    table(['Time', 'What', 'Files', 'Findings', 'Gate'], model.recent.map((check) => [timeOf(check.at), whatOf(check), String(check.files), String(check.findings), verdictOf(check.verdict)])),
    `Written ${timeOf(now)}.`,
  ].join('\n\n') + '\n'
}

function counts(title: string, what: string, counted: readonly Counted[]): string[] {
  if (counted.length === 0) return []
  return [`## ${title}`, table([what, 'Open', 'Errors'], counted.map(({ name, count, errors }) => [name, String(count), String(errors)]))]
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escape).join(' | ')} |`
  return [line(header), `|${' --- |'.repeat(header.length)}`, ...rows.map(line)].join('\n')
}

/** Escapes text of a checked file, so that it cannot become markup, a link or a mention. */
function escape(text: string): string {
  return plain(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('#', '&#35;')
    .replace(/[\\`*_[\]|~$^]/g, String.raw`\$&`)
    .replaceAll('@', '&#64;')
    .replace(/\b(https?|ftp|mailto):/gi, '$1&#58;')
    .replace(/\bwww\./gi, 'www&#46;')
}
