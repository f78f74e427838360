import type { Holds } from './asking.ts'

const indentOf = (line: string): number => line.length - line.trimStart().length

// What is so well known that who uses it without an import has forgotten the import: of modules a member, of types themselves.
const wellKnown = /^(?:(?:os|sys|re|io|json|math|time|datetime|logging|random|subprocess|pathlib|typing|collections|itertools|functools|np|pd|plt|tf|torch|requests)\.|(?:Path|Any|Optional|List|Dict|Union)\b)/

/**
 * Whether a name that the engine does not know is known to be missing: a function uses a module whose import was forgotten, or raises or catches what
 * exists nowhere, on a way that nobody went. Other names may be given to the file by whoever runs it.
 */
export function isMissing(name: string, { row, column }: { readonly row: number; readonly column: number }, lines: readonly string[], holds: Holds): boolean {
  if (wellKnown.test(lines[row - 1]?.slice(column - 1) ?? '')) return isInFunction(lines, row) && !isImportedByText(name, holds)
  return !holds(namesMadeHere) && new RegExp(`\\b(?:raise|except)\\s+\\(?(?:[\\w.]+,\\s*)*${name}\\b`, 'u').test(lines[row - 1] ?? '')
}

// A module that puts names which it works out among its own may hold any name.
const namesMadeHere = '\\bsetattr\\(sys\\.modules\\[__name__\\], *[^"\'\\s]|\\bglobals\\(\\)(?:\\[[^"\'\\]]+\\] *=[^=]|\\.update\\()'

/** `lazy_import(globals(), 'import math')` */
const isImportedByText = (name: string, holds: Holds) => holds(`^[ \\t]*(?:(?:from \\S+ )?import\\b.*\\b${name}\\b|${name},?\\s*$)`)

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

// `async` and `await` are names before Python 3.7, StandardError is one before 3.0.
const ofOldPython = /^[ \t]*(?:print|exec) +["'\w]|^[ \t]*except (?:[\w.]+|\([^()]*\)), *\w+:|^[ \t]*raise [\w.[\]]+, |^[ \t]*print *>>|\bur["']|\basync *=|\bdef a(?:sync|wait)\(|\w\.async\b|\bStandardError\b/m

export const isOldPython = (text: string): boolean => ofOldPython.test(text)

/** Whether a row stands in a block of which a test says that it fails. */
export const isExpectedToFail = (lines: readonly string[], row: number): boolean => headsAround(lines, row).some((head) => expectsFailure.test(head))

const expectsFailure = /^(?:async )?with\b.*\b(?:assertRaises\w*|raises)\(/

const offers = /pu?db|debug|break|interactive|trace|signal|sig_?(?:quit|usr)/i

/** Whether a row is reached only on a wish for a debugger: a condition or a function above it speaks of one. */
export function isOnRequest(lines: readonly string[], row: number): boolean {
  return headsAround(lines, row).some((head) => /^(?:if|elif|else|except|def|async def)\b/.test(head) && offers.test(head.replace(/#.*/, '')))
}
