import { createHash } from 'node:crypto'
import type { Diagnostic } from './finding.ts'

/** A diagnostic with its fingerprint, by which it is recognised after the lines above it have moved. */
export interface Seen extends Diagnostic {
  readonly fingerprint: string
}

const declaration = /^(?:export\s+|default\s+|public\s+|private\s+|protected\s+|static\s+|async\s+|abstract\s+|final\s+|pub\s+)*(?:function\b|class\b|def\b|func\b|fn\b|interface\b|impl\b|struct\b|(?:const|let|var)\s+[\w$]+\s*=\s*(?:async\s*)?(?:function\b|\(|[\w$]+\s*=>)|[\w$#]+\s*\([^)]*\)\s*\{)/
const maxLines = 3
const maxDistance = 400

/**
 * Adds a fingerprint to each diagnostic of one engine: a hash of its rule, the flagged text, the enclosing declaration and its number among equals. It
 * does not change when lines above are added or removed, or when indentation changes.
 */
export function withFingerprints(text: string, diagnostics: readonly Diagnostic[]): Seen[] {
  if (diagnostics.length === 0) return []
  const lines = text.split('\n')
  const seen = new Map<string, number>()
  return inOrder(diagnostics).map(({ diagnostic, index }) => {
    const { engine, rule, line, endLine } = diagnostic
    const about = lines.slice(line - 1, Math.min(endLine, line + maxLines - 1)).map(normalise).join('\n')
    const name = [engine, rule, about, enclosingLine(lines, line - 1)].join('\0')
    const number = seen.get(name) ?? 0
    seen.set(name, number + 1)
    return { index, seen: { ...diagnostic, fingerprint: createHash('sha256').update(`${name}\0${number}`).digest('hex').slice(0, 32) } }
  }).toSorted((a, b) => a.index - b.index).map((each) => each.seen)
}

// Equal ones are numbered by position, because an engine may report them in any order.
function inOrder(diagnostics: readonly Diagnostic[]): { diagnostic: Diagnostic; index: number }[] {
  return diagnostics.map((diagnostic, index) => ({ diagnostic, index })).toSorted((a, b) => a.diagnostic.line - b.diagnostic.line || a.diagnostic.column - b.diagnostic.column)
}

const normalise = (line: string) => line.slice(0, 1_000).trim().replace(/\s+/g, ' ')

/** The nearest less indented line above that declares something, else the nearest less indented one. Empty at the top level, where the neighbouring lines change too often. */
function enclosingLine(lines: readonly string[], at: number): string {
  let indent = indentOf(lines[at] ?? '')
  let parent = ''
  for (let line = at - 1; line >= Math.max(0, at - maxDistance) && indent > 0; line--) {
    const text = lines[line] ?? ''
    if (text.trim() === '' || indentOf(text) >= indent) continue
    indent = indentOf(text)
    const normal = normalise(text)
    if (declaration.test(normal)) return normal
    if (parent === '') parent = normal
  }
  return parent
}

const indentOf = (line: string): number => line.slice(0, 1_000).search(/\S/)
