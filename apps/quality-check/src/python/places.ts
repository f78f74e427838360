import { isReason, isSentence } from '../syntax/reasons.ts'

const indentOf = (line: string): number => line.length - line.trimStart().length

// What is so well known that who uses it without an import has forgotten the import.
const wellKnown = /^(?:os|sys|re|io|json|math|time|datetime|logging|random|subprocess|pathlib|Path|typing|collections|itertools|functools|np|pd|plt|tf|torch|requests|Any|Optional|List|Dict|Union)$/
/**
 * Whether a name that the engine does not know is known to be missing: a function uses a module whose import was forgotten, or raises or catches what
 * exists nowhere, on a way that nobody went. Other names may be given to the file by whoever runs it.
 */
export function isMissing(name: string, row: number, lines: readonly string[], text: string): boolean {
  if (wellKnown.test(name)) return isInFunction(lines, row) && !isImportedByText(name, text)
  return new RegExp(`\\b(?:raise|except)\\s+\\(?(?:[\\w.]+,\\s*)*${name}\\b`, 'u').test(lines[row - 1] ?? '')
}

/** `lazy_import(globals(), 'import math')` */
const isImportedByText = (name: string, text: string) => new RegExp(`^\\s*(?:(?:from \\S+ )?import\\b.*\\b${name}\\b|${name},?\\s*$)`, 'mu').test(text)

/** The lines that begin the blocks around a row, from the inside. */
function headsAround(lines: readonly string[], row: number): readonly string[] {
  const heads: string[] = []
  let depth = indentOf(lines[row - 1] ?? '')
  for (let at = row - 2; at >= 0 && depth > 0; at--) {
    const line = lines[at] ?? ''
    if (line.trim() === '' || indentOf(line) >= depth) continue
    depth = indentOf(line)
    heads.push(line.trim())
  }
  return heads
}

/** Whether what stands in a row is run by a call only. */
const isInFunction = (lines: readonly string[], row: number) => headsAround(lines, row).some((head) => /^(?:async )?def\b/.test(head))

// `async` and `await` are names before Python 3.7.
const ofOldPython = /^\s*(?:print|exec) +["'\w]|^\s*except (?:[\w.]+|\([^()]*\)), *\w+:|^\s*raise [\w.[\]]+, |^\s*print *>>|\bur["']|\basync *=|\bdef a(?:sync|wait)\(|^\s*from [\w.]*\.async\b/m

export const isOldPython = (text: string): boolean => ofOldPython.test(text)

const tells = /\w\(|\braise\b|["'][^"']*\b(?:error|failed|cannot|could(?:n't| not))\b/i

/** Of the clause that begins in a row: it calls nothing, raises nothing, speaks of no error, and no comment in it or around its `try` says why. */
export function isSilent(lines: readonly string[], row: number): boolean {
  const head = lines[row - 1] ?? ''
  const rest = lines.slice(row)
  const end = rest.findIndex((line) => line.trim() !== '' && indentOf(line) <= indentOf(head))
  const clause = [head, ...(end === -1 ? rest : rest.slice(0, end))]
  const attempt = attemptOf(lines, row)
  return !clause.some((line) => tells.test(line.replace(/#.*/, '')) || isReason(/(?:^|\s)#\s*(\S.*)$/.exec(line)?.[1] ?? '')) && !lines.slice(Math.max(0, attempt - 1), attempt + 2).some((line) => isSentence(/#.*$/.exec(line)?.[0] ?? ''))
}

const offers = /pu?db|debug|break|interactive|trace/i

/** Whether a row is reached only on a wish for a debugger: a condition or a function above it speaks of one. */
export function isOnRequest(lines: readonly string[], row: number): boolean {
  return headsAround(lines, row).some((head) => /^(?:if|elif|else|except|def|async def)\b/.test(head) && offers.test(head.replace(/#.*/, '')))
}

const cleanUp = /^(?:[\w.]+\.)?(?:close|aclose|shutdown|unlink|remove|rmdir|rmtree|kill|killpg|terminate|cancel|stop|disconnect|release|quit|cleanup|clean_up|rollback|flush|join)\([^()]*(?:\([^()]*\))?[^()]*\)$/
// Its name says that it tidies up, or that it is asked whether something goes.
const mayFail = /^(?:async )?def _*(?:close|dispose|stop|shutdown|teardown|tearDown|clean|exit|del|disconnect|release|(?:is|has|can|try|ping|probe)_)/
const letsGo = /^[\w.]+ = None$/

/** Where the block before a clause begins, counted from nought. */
function attemptOf(lines: readonly string[], row: number): number {
  const depth = indentOf(lines[row - 1] ?? '')
  let at = row - 2
  while (at >= 0 && ((lines[at] ?? '').trim() === '' || indentOf(lines[at] ?? '') > depth)) at--
  return at
}

/** Of the clause that begins in a row: what it guards, line by line and without comments; nothing when another clause comes before. */
function guardedBy(lines: readonly string[], row: number): readonly string[] {
  const attempt = attemptOf(lines, row)
  if (!/^\s*try:/.test(lines[attempt] ?? '')) return []
  return lines.slice(attempt + 1, row - 1).map((line) => line.replace(/(?:^|\s)#.*/, '').trim()).filter((line) => line !== '')
}

const isRelease = (line: string): boolean => cleanUp.test(line) || letsGo.test(line)

/** Of the clause that begins in a row: it guards calls, and not only what closes or removes something. */
export function guardsWork(lines: readonly string[], row: number): boolean {
  return !headsAround(lines, row).some((head) => mayFail.test(head)) && guardedBy(lines, row).some((line) => /\w\(/.test(line) && !/^(?:from|import)\b/.test(line) && !isRelease(line))
}
