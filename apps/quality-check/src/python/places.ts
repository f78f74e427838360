import type { Holds } from './asking.ts'
import { lowerBound } from '../syntax/lower-bound.ts'

const indentOf = (line: string): number => line.length - line.trimStart().length

// Names so well known that a use without an import is a forgotten import: modules with a member, and types.
const wellKnown = /^(?:(?:os|sys|re|io|json|math|time|datetime|logging|random|subprocess|pathlib|typing|collections|itertools|functools|np|pd|plt|tf|torch|requests)\.|(?:Path|Any|Optional|List|Dict|Union)\b)/

/**
 * Whether a name that ruff reports as undefined is certainly missing: a function uses a module that is not imported, misspells its parameter, or raises or catches
 * an unknown exception in code that rarely runs. Other names may be injected into the file when it is run.
 */
export function isMissing(name: string, { row, column }: { readonly row: number; readonly column: number }, lines: readonly string[], holds: Holds): boolean {
  if (wellKnown.test(lines[row - 1]?.slice(column - 1) ?? '')) return isInFunction(lines, row) && !isImportedByText(name, holds)
  if (holds(namesMadeHere)) return false
  return parametersAround(lines, row).some((parameter) => isMisspelling(name, parameter)) || new RegExp(`\\b(?:raise|except)\\s+\\(?(?:[\\w.]+,\\s*)*${name}\\b`, 'u').test(lines[row - 1] ?? '')
}

/** Of the innermost function. */
function parametersAround(lines: readonly string[], row: number): readonly string[] {
  const depth = indentOf(lines[row - 1] ?? '')
  if (depth === 0) return []
  const heads = functionsIn(lines)
  let head = lowerBound(heads, (each) => each < row - 1) - 1
  while (head >= 0 && indentOf(lines[heads[head] as number] ?? '') >= depth) head--
  const at = heads[head]
  if (at === undefined) return []
  let end = at
  while (end < lines.length && !/:\s*(?:#.*)?$/.test(lines[end] ?? '')) end++
  return [...lines.slice(at, end + 1).join(' ').matchAll(/[(,*]\s*(\w+)(?=\s*[:=,)])/g)].map(([, name = '']) => name)
}

const knownFunctions = new WeakMap<readonly string[], readonly number[]>()

/** The indexes of the lines with which functions begin. */
function functionsIn(lines: readonly string[]): readonly number[] {
  const found = knownFunctions.get(lines) ?? lines.flatMap((line, index) => (ofFunction.test(line) ? [index] : []))
  knownFunctions.set(lines, found)
  return found
}

const ofFunction = /^\s*(?:async )?def\b/

/** One letter inside the word is missing, added or another, or two have changed places. At its end it may be the plural, or one of several that are numbered. */
function isMisspelling(name: string, meant: string): boolean {
  const shorter = Math.min(name.length, meant.length)
  if (shorter < 5 || name === meant) return false
  let head = 0
  while (head < shorter && name[head] === meant[head]) head++
  let tail = 0
  while (tail < shorter - head && name.at(-1 - tail) === meant.at(-1 - tail)) tail++
  const [given, wanted] = [name, meant].map((word) => word.slice(head, word.length - tail)) as [string, string]
  if (head === 0 || tail === 0 || !/^[a-z]*$/.test(given + wanted)) return false
  return (given.length <= 1 && wanted.length <= 1) || (given.length === 2 && wanted === `${given[1]}${given[0]}`)
}

// A module that adds computed names to its globals may have any name.
const namesMadeHere = '\\bsetattr\\(sys\\.modules\\[__name__\\], *[^"\'\\s]|\\bglobals\\(\\)(?:\\[[^"\'\\]]+\\] *=[^=]|\\.update\\()'

/** `lazy_import(globals(), 'import math')` */
const isImportedByText = (name: string, holds: Holds) => holds(`^[ \\t]*(?:(?:from \\S+ )?import\\b.*\\b${name}\\b|${name},?\\s*$)`)

/** The first lines of the blocks around a row, from the inside. */
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

/** Whether a row is inside a function, so that it does not run on import. */
const isInFunction = (lines: readonly string[], row: number) => headsAround(lines, row).some((head) => /^(?:async )?def\b/.test(head))

// `async` and `await` are ordinary names before Python 3.7, and StandardError exists before 3.0.
const ofOldPython = /^[ \t]*(?:print|exec) +["'\w]|^[ \t]*except (?:[\w.]+|\([^()]*\)), *\w+:|^[ \t]*raise [\w.[\]]+, |^[ \t]*print *>>|\bur["']|\basync *=|\bdef a(?:sync|wait)\(|\w\.async\b|\bStandardError\b/m

export const isOldPython = (text: string): boolean => ofOldPython.test(text)

/** Whether a row is in a block that a test expects to fail. */
export const isExpectedToFail = (lines: readonly string[], row: number): boolean => headsAround(lines, row).some((head) => expectsFailure.test(head))

const expectsFailure = /^(?:async )?with\b.*\b(?:assertRaises\w*|raises)\(/

const offers = /pu?db|debug|break|interactive|trace|signal|sig_?(?:quit|usr)/i

/** Whether a row is reached only when the user requests a debugger: an enclosing condition or function mentions one. */
export function isOnRequest(lines: readonly string[], row: number): boolean {
  return headsAround(lines, row).some((head) => /^(?:if|elif|else|except|def|async def)\b/.test(head) && offers.test(head.replace(/#.*/, '')))
}
