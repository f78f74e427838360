import { parseSync, type EcmaScriptModule } from 'oxc-parser'
import { LineIndex } from '../../engines/line-index.ts'
import { isNestedTooDeep } from '../../engines/nesting.ts'
import type { ImportKind, ImportUse } from './imports.ts'
import { overlapping } from '../../syntax/nearby.ts'

// Imports that the parser's module record does not contain: CommonJS, module mocks in tests, type references.
const requireCall = /\brequire(?:\.resolve)?\(\s*(["'])([^"'\n\\]{1,300})\1\s*\)/g
const typeReference = /^\/\/\/\s*<reference\s+types\s*=\s*(["'])([^"'\n]{1,300})\1/gm
const importType = /\bimport\(\s*(["'])([^"'\n\\]{1,300})\1\s*\)/g

type Add = (specifier: string, start: number, end: number, kind: ImportKind) => void

/** Returns the modules that a JavaScript or TypeScript file loads. Empty when it does not parse or is nested too deeply. */
export function readJavaScriptImports(extension: string, text: string): ImportUse[] {
  if (isNestedTooDeep(text)) return []
  const { module, errors, comments } = parseSync(`file${extension}`, text)
  if (errors.length > 0) return []
  const index = new LineIndex(text)
  const uses: ImportUse[] = []
  const add: Add = (specifier, start, end, kind) => uses.push({ specifier, kind, level: 0, names: [], ...index.range(start, end) })
  addStatic(module, add)
  addCalls(text, !module.hasModuleSyntax, (at) => overlapping(comments, at, at + 1).length > 0, add)
  return uses
}

function addStatic({ staticImports, staticExports }: EcmaScriptModule, add: Add): void {
  for (const { moduleRequest: from, entries } of staticImports) add(from.value, from.start, from.end, isTypeOnly(entries) ? 'type' : 'needed')
  for (const { entries } of staticExports) {
    const from = entries.find(({ moduleRequest }) => moduleRequest !== null)?.moduleRequest
    if (from) add(from.value, from.start, from.end, isTypeOnly(entries) ? 'type' : 'needed')
  }
}

const isTypeOnly = (entries: readonly { readonly isType: boolean }[]) => entries.length > 0 && entries.every(({ isType }) => isType)

/** Finds imports that are function calls or directives in comments. */
function addCalls(text: string, isScript: boolean, inComment: (at: number) => boolean, add: Add): void {
  const calls = (pattern: RegExp) => [...text.matchAll(pattern)].map(({ index: at, 0: whole, 2: specifier = '' }) => ({ specifier, at, end: at + whole.length }))
  for (const { specifier, at, end } of calls(requireCall)) if (!inComment(at)) add(specifier, at, end, isScript && isTopLevel(text, at) ? 'needed' : 'optional')
  for (const { specifier, at, end } of calls(importType)) if (!inComment(at)) add(specifier, at, end, 'optional')
  for (const { specifier, at, end } of calls(typeReference)) add(specifier, at, end, 'type')
}

/** A statement without indentation is at the top level, so it certainly runs. */
function isTopLevel(text: string, at: number): boolean {
  const before = text.slice(Math.max(text.lastIndexOf('\n', at) + 1, at - 200), at)
  if (before === '') return true
  const assigned = before.trimEnd()
  return /^\S/.test(before) && assigned.endsWith('=') && /^(?:const|let|var|module|exports)\b[\w${}.,:\s]*$/.test(assigned.slice(0, -1))
}
