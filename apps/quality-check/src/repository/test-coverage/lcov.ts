import { UnreadableReport, type CoverageCollector, type FileLines } from './line-coverage.ts'
import { textPieces } from './report-text.ts'

const longestLine = 65_536

/** Reads the SF, DA and BRDA records. The totals of the report are not used but computed again. */
export function readLcov(content: Uint8Array, collector: CoverageCollector): void {
  let file: FileLines | undefined
  let rest = ''
  const take = (line: string) => {
    if (line.startsWith('SF:')) file = collector.file(line.slice(3).trim())
    else if (line.startsWith('end_of_record')) file = undefined
    else if (file !== undefined) readRecord(line, file, collector)
  }
  for (const piece of textPieces(content)) {
    const lines = (rest + piece).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > longestLine) throw new UnreadableReport(`has a line of more than ${longestLine} characters`)
    for (const line of lines) take(line)
  }
  take(rest)
}

function readRecord(line: string, file: FileLines, collector: CoverageCollector): void {
  if (line.startsWith('DA:')) {
    const [number, hits] = line.slice(3).split(',')
    collector.line(file, Number(number), Number(hits) > 0)
  } else if (line.startsWith('BRDA:')) {
    const [number, block, branch, taken] = line.slice(5).trim().split(',')
    collector.branch(file, Number(number), `${block}.${branch}`, taken !== '-' && Number(taken) > 0)
  }
}
