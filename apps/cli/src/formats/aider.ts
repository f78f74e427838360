import { byPlace, type Finding } from '../checking/report.ts'
import { printable } from '../terminal.ts'
import { oneLine, type Format } from './format.ts'

/** One finding for each line and no other output, because Aider passes everything to the model. */
export const format: Format = {
  report({ findings, files }, { terminal }) {
    for (const finding of byPlace(findings)) terminal.print(lineOf(finding))
    for (const { path, status, reason } of files) if (status === 'not_analysed') terminal.print(`${printable(path)}: not analysed: ${printable(oneLine(reason ?? 'no reason given'))}`)
  },
}

// Aider shows the source at each position in the form "path:LINE".
function lineOf({ file, line, column, rule, message, flow, fix }: Finding): string {
  const [source] = flow ?? []
  const from = source && source.line !== line ? ` (from ${printable(file)}:${source.line}, ${oneLine(source.message)})` : ''
  return `${printable(file)}:${line}:${column}: ${rule} ${printable(oneLine(message) + from)}${fix === undefined ? '' : `; fix: ${printable(oneLine(fix))}`}`
}
