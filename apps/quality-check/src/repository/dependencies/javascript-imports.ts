import { parseSync, type StaticExportEntry, type StaticImport } from 'oxc-parser'
import { LineIndex } from '../../engines/line-index.ts'
import type { ImportKind, ImportUse } from './imports.ts'

// Loads that the module record does not tell of: CommonJS, tests' stand-ins, type references.
const requireCall = /\brequire(?:\.resolve)?\(\s*(["'])([^"'\n\\]{1,300})\1\s*\)/g
const typeReference = /^\/\/\/\s*<reference\s+types\s*=\s*(["'])([^"'\n]{1,300})\1/gm
const importType = /\bimport\(\s*(["'])([^"'\n\\]{1,300})\1\s*\)/g

/** What a file of JavaScript or TypeScript loads. Empty when it does not parse. */
export function readJavaScriptImports(extension: string, text: string): ImportUse[] {
  const { module, errors, comments } = parseSync(`file${extension}`, text)
  if (errors.length > 0) return []
  const index = new LineIndex(text)
  const uses: ImportUse[] = []
  const add = (specifier: string, start: number, end: number, kind: ImportKind) => uses.push({ specifier, kind, level: 0, names: [], ...index.range(start, end) })
  for (const each of module.staticImports) add(each.moduleRequest.value, each.moduleRequest.start, each.moduleRequest.end, isTypeOnly(each) ? 'type' : 'needed')
  for (const { entries } of module.staticExports) {
    const from = entries.find(({ moduleRequest }) => moduleRequest !== null)?.moduleRequest
    if (from) add(from.value, from.start, from.end, entries.every(({ isType }: StaticExportEntry) => isType) ? 'type' : 'needed')
  }
  const inComment = (at: number) => comments.some(({ start, end }) => start <= at && at < end)
  for (const { index: at, 2: specifier = '', 0: whole } of text.matchAll(requireCall)) {
    if (!inComment(at)) add(specifier, at, at + whole.length, !module.hasModuleSyntax && isTopLevel(text, at) ? 'needed' : 'optional')
  }
  for (const { index: at, 2: specifier = '', 0: whole } of text.matchAll(importType)) if (!inComment(at)) add(specifier, at, at + whole.length, 'optional')
  for (const { index: at, 2: specifier = '', 0: whole } of text.matchAll(typeReference)) add(specifier, at, at + whole.length, 'type')
  return uses
}

const isTypeOnly = ({ entries }: StaticImport) => entries.length > 0 && entries.every(({ isType }) => isType)

/** A statement of its own without indentation: whatever happens, it runs. */
function isTopLevel(text: string, at: number): boolean {
  const line = text.slice(text.lastIndexOf('\n', at) + 1, at)
  return /^((const|let|var)\s+[\w${},:\s]+=\s*|[\w$.]+\s*=\s*)?$/.test(line.slice(0, 200)) && !/^\s/.test(line)
}
