import type { CoverageCollector, FileLines } from './line-coverage.ts'
import { readXml } from './report-text.ts'

/** Reads Cobertura's format, which coverage.py and many other tools write. */
export function readCobertura(content: Uint8Array, collector: CoverageCollector): void {
  const roots: string[] = []
  let file: FileLines | undefined
  readXml(content, {
    open(name, attributes) {
      if (name === 'class') file = collector.file(rooted(attributes['filename'] ?? '', roots))
      else if (name === 'line' && file !== undefined) readCoberturaLine(attributes, file, collector)
    },
    text(words, path) {
      if (path.at(-1) === 'source' && words.trim() !== '') roots.push(words.trim())
    },
  })
}

function readCoberturaLine(attributes: Readonly<Record<string, string>>, file: FileLines, collector: CoverageCollector): void {
  const number = Number(attributes['number'])
  collector.line(file, number, Number(attributes['hits']) > 0)
  const conditions = /\((\d{1,6})\/(\d{1,6})\)/.exec(attributes['condition-coverage'] ?? '')
  if (attributes['branch']?.toLowerCase() === 'true' && conditions !== null) collector.counted(file, number, Number(conditions[1]), Number(conditions[2]))
}

// With several roots it is unknown to which one a name belongs, so the name is left relative and matched by its end.
function rooted(filename: string, roots: readonly string[]): string {
  const [root] = roots
  return root === undefined || roots.length > 1 || isAbsolute(filename) ? filename : `${root}/${filename}`
}

const isAbsolute = (path: string) => /^([A-Za-z]:)?[\\/]/.test(path)

export function readClover(content: Uint8Array, collector: CoverageCollector): void {
  let file: FileLines | undefined
  readXml(content, {
    open(name, attributes) {
      if (name === 'file') file = collector.file(attributes['path'] ?? attributes['name'] ?? '')
      else if (name === 'line' && file !== undefined) readCloverLine(attributes, file, collector)
    },
  })
}

function readCloverLine(attributes: Readonly<Record<string, string>>, file: FileLines, collector: CoverageCollector): void {
  const number = Number(attributes['num'])
  const seen = (name: string) => Number(attributes[name] ?? 0) > 0
  collector.line(file, number, seen('count') || seen('truecount') || seen('falsecount'))
  if (attributes['type'] !== 'cond') return
  collector.branch(file, number, 'true', seen('truecount'))
  collector.branch(file, number, 'false', seen('falsecount'))
}

export function readJacoco(content: Uint8Array, collector: CoverageCollector): void {
  let folder = ''
  let file: FileLines | undefined
  readXml(content, {
    open(name, attributes) {
      const own = attributes['name'] ?? ''
      if (name === 'package') folder = own
      else if (name === 'sourcefile') file = collector.file(folder === '' ? own : `${folder}/${own}`)
      else if (name === 'line' && file !== undefined) readJacocoLine(attributes, file, collector)
    },
  })
}

function readJacocoLine(attributes: Readonly<Record<string, string>>, file: FileLines, collector: CoverageCollector): void {
  const number = Number(attributes['nr'])
  const count = (name: string) => Number(attributes[name] ?? 0)
  collector.line(file, number, count('ci') > 0)
  collector.counted(file, number, count('cb'), count('cb') + count('mb'))
}
