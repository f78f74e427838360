import { oneLine, type Range } from '../../finding.ts'

const nothing = -1

/** Finds a text in a manifest, searching from the start of a section. Returns the first line when it is not found. */
export function placeOf(text: string, wanted: string, section = ''): Range {
  const from = section === '' ? 0 : Math.max(0, text.indexOf(section))
  const at = text.indexOf(wanted, from)
  return at === nothing ? { line: 1, column: 1, endLine: 1, endColumn: 2 } : rangeAt(text, at, at + wanted.length)
}

export function rangeAt(text: string, start: number, end: number): Range {
  const before = text.slice(0, start)
  const line = before.split('\n').length
  const column = start - (before.lastIndexOf('\n') + 1) + 1
  return { line, column, endLine: line, endColumn: column + (end - start) }
}

/** A syntax error in a manifest, with the line that its parser names. */
export interface ManifestFault extends Range {
  readonly path: string
  readonly problem: string
}

export function faultAt(path: string, line: number, problem: string): ManifestFault {
  return { path, line: Math.max(1, line), column: 1, endLine: Math.max(1, line), endColumn: 2, problem: oneLine(problem).slice(0, 200) }
}

/** Reads the position of a JSON syntax error from V8's message. */
export function jsonFault(path: string, text: string, error: unknown): ManifestFault {
  const message = error instanceof Error ? error.message : String(error)
  const position = Number(/position (\d+)/.exec(message)?.[1] ?? text.length)
  return faultAt(path, text.slice(0, position).split('\n').length, `is not valid JSON: ${message.replace(/ in JSON at position.*/, '').replace(/"[^"]{60,}"\.*/, '')}`)
}
