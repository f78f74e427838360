import { createRequire } from 'node:module'
import { setFlagsFromString } from 'node:v8'
import type * as Ruff from '@astral-sh/ruff-wasm-nodejs'
import type { Diagnostic } from '../finding.ts'
import { briefly, oneLine } from '../finding.ts'
import { mayBlock } from '../rules/rule-table.ts'
import { ruffSettings } from '../rules/ruff-settings.ts'
import type { PythonComment } from '../python/ast.ts'
import { asking, type Holds } from '../python/asking.ts'
import { isWords } from '../python/comments.ts'
import { foreignEvaluations } from '../python/evaluated-text.ts'
import { isExpectedToFail, isMissing, isOldPython, isOnRequest } from '../python/places.ts'
import type { ParsedPython } from '../python/parse.ts'
import { isReason } from '../syntax/reasons.ts'
import type { FileClass } from '../source-file.ts'
import { LineIndex } from './line-index.ts'
import { refuseDeepPython } from './python.ts'
import type { WorkerTask } from './worker-task.ts'

// Both, and before the module is compiled: optimised wasm code takes 460 MB where this takes 104, and the compiling eats the processor.
setFlagsFromString('--no-wasm-tier-up')
setFlagsFromString('--no-wasm-dynamic-tiering')
const ruff: typeof Ruff = createRequire(import.meta.url)('@astral-sh/ruff-wasm-nodejs')

// Declared as an enum of the package, which has none at run time.
const helpSeverity = 'help' as Ruff.SubDiagnosticSeverity

interface Surroundings {
  readonly text: string
  readonly lines: readonly string[]
  readonly holds: Holds
  readonly isOld: boolean
  /** Where a text of others is evaluated, "row:column". */
  readonly evaluated: ReadonlySet<string>
  /** Whether a comment on a line says something in words. */
  readonly isSpokenOf: (row: number) => boolean
}

/** Whether what the engine says is known to be wrong, as far as the place tells; it is advice otherwise. */
function isCertain(diagnostic: Ruff.Diagnostic, surroundings: Surroundings): boolean {
  const { code, message, start_location: { row, column }, end_location: end } = diagnostic
  const { lines, text, holds, isOld, evaluated } = surroundings
  if (ofCode.test(code ?? '') && isMeant(diagnostic, surroundings)) return false
  const line = lines[row - 1] ?? ''
  switch (code ?? 'invalid-syntax') {
    case 'F821':
      // A type in quotes is never looked up.
      return !/["']/.test(line[column - 2] ?? '') && !isOld && isMissing(/`(\w+)`/.exec(message)?.[1] ?? '', { row, column }, lines, holds) && !/#.*\b(?:undefined-name|name-defined)\b/.test(line)
    // No loop in sight that would stand still: what drives the coroutine may run nothing else.
    case 'ASYNC251':
      return holds('^[ \\t]*(?:import|from)[ \\t]+(?:asyncio|aiohttp|anyio|trio|httpx|fastapi|starlette|quart|sanic|tornado|uvicorn|discord|telegram|aiogram)\\b')
    case 'PGH003':
      return isOfWholeFile(lines, row)
    case 'S501':
      return !localHost.test(lines.slice(row - 1, end.row).join('\n'))
    case 'T100':
      return !/IPython|debugpy|^Import for/.test(message) && !isOnRequest(lines, row) && !holds(ofDebuggers)
    case 'S307':
      return evaluated.has(`${row}:${column}`)
    case 'PLE1300':
      // What follows a colon in braces is read by the value's own type.
      return !/\.format\(/.test(lines.slice(row - 1, end.row).join('\n'))
    case 'PLE1205':
    case 'PLE1206':
      return isOfLogging(line.slice(column - 1), holds) && wholeFormat.test(`${line.slice(column - 1)} ${lines[row] ?? ''}`)
    case 'invalid-syntax':
      // Braces of a template engine anywhere: the file becomes Python when it is filled in.
      return !isOld && !oldGrammar.test(line) && !/^Unparenthesized tuple|unexpected unicode|found `\(`|^unindent|^bytes can only contain|^Bytes literal cannot be mixed/.test(message) && !/\{\{\s*[\w.]+[^{}]*\}\}/.test(line) && !/\{([%#]).{0,200}?\1\}/.test(text)
    default:
      return true
  }
}

// What a line of code does; suppressions and what does not parse are judged by themselves.
const ofCode = /^(?:F821|F631|B012|T100|PLE|PLW0129)/

/** A test expects it to fail, or somebody says on the line what it is for; of a breakpoint people say that they left it. */
function isMeant({ code, start_location: { row }, end_location: { row: last } }: Ruff.Diagnostic, { lines, isSpokenOf }: Surroundings): boolean {
  return isExpectedToFail(lines, row) || (code !== 'T100' && (isSpokenOf(row) || isSpokenOf(last)))
}

/** Before the first code `# type: ignore` switches the checker off for the whole file. On one line, what no checker knows has it as often as a mistake. */
const isOfWholeFile = (lines: readonly string[], row: number): boolean => lines.slice(0, row).every((line) => /^\s*(?:#|$)/.test(line))

// What takes the debugger's place, or builds upon it.
const ofDebuggers = String.raw`\b(?:breakpointhook|PYTHONBREAKPOINT|pdb\.Pdb)\b`

// Octal and long numbers, texts of values, signs and lists without brackets of Python 2.
const oldGrammar = /[=(,]\s*0\d+\b|\b(?:0[xX][\da-fA-F]+|\d+)L\b|`|<>|\bimport\b.*\basync\b|\bin [^([\]]+,[^([\]]+\]/

/** Its logger is the standard library's, made in the file: others put together what they are given. */
function isOfLogging(call: string, holds: Holds): boolean {
  const [, logger = ''] = /^([\w.]+)\.\w+\(/.exec(call) ?? []
  return logger === 'logging' || holds(`^[ \\t]*${logger.replaceAll('.', '\\.')}\\s*=\\s*(?:logging\\.)?getLogger\\(`)
}

// The format in one piece, and no braces in it, which other loggers fill in.
const wholeFormat = /^[\w.]+\(\s*(?:"[^"{]*"|'[^'{]*'),/

const workspaces = new Map<FileClass, Ruff.Workspace>()

/** Python's engine: runs in a worker thread, and throws only when it is broken. */
export function checkPython({ text, fileClass }: WorkerTask): Diagnostic[] {
  const parsed = refuseDeepPython(text)
  const found = findingsIn(text, parsed, fileClass)
  return found.some(({ rule }) => rule === 'PGH004') ? weighedByWhatTheyHide(found, text, (bare) => findingsIn(bare, parsed, fileClass).filter(({ rule, advice }) => advice !== true && mayBlock(`ruff/${rule}`, fileClass)), fileClass) : found
}

function findingsIn(text: string, parsed: ParsedPython, fileClass: FileClass): Diagnostic[] {
  const diagnostics: Ruff.Diagnostic[] = workspaceFor(fileClass).check(text)
  const lines = text.split(/\r?\n/)
  const isOld = diagnostics.some((each) => each.code === 'F821' || isSyntaxError(each)) && isOldPython(text)
  const holds = asking(text)
  const surroundings: Surroundings = { text, lines, holds, isOld, evaluated: placesOfForeignEvaluations(parsed, text, diagnostics), isSpokenOf: commentsOf(parsed, text) }
  const broken = diagnostics.find(isSyntaxError)
  return diagnostics.filter((diagnostic) => !isHarmless(diagnostic, lines, holds) && (diagnostic === broken || !isSyntaxError(diagnostic))).map((diagnostic) => {
    const { row } = diagnostic.start_location
    const said = translate(diagnostic, lines.slice(row - 1, row + mostLinesRead - 1), lines.slice(Math.max(0, row - 1 - mostLinesRead), row - 1))
    return isCertain(diagnostic, surroundings) ? said : { ...said, advice: true as const }
  })
}

/** After the first place that does not parse the engine guesses what was meant. */
const isSyntaxError = ({ code }: Ruff.Diagnostic) => code === null || code === 'invalid-syntax'

function placesOfForeignEvaluations(parsed: ParsedPython, text: string, diagnostics: readonly Ruff.Diagnostic[]): ReadonlySet<string> {
  if (parsed.error !== undefined || !diagnostics.some(({ code }) => code === 'S307')) return new Set()
  const index = new LineIndex(text)
  return new Set(foreignEvaluations(parsed.module).map((start) => index.range(start, start)).map(({ line, column }) => `${line}:${column}`))
}

function commentsOf(parsed: ParsedPython, text: string): (row: number) => boolean {
  let rows: ReadonlySet<number> | undefined
  return (row) => (rows ??= parsed.error === undefined ? rowsIn(parsed.comments.filter((comment) => isWords(comment.text)), new LineIndex(text)) : new Set()).has(row)
}

const rowsIn = (comments: readonly PythonComment[], index: LineIndex): ReadonlySet<number> => new Set(comments.map(({ start, end }) => index.range(start, end).line))

/** A directive that names no rule weighs what it hides: the engine is asked once more without it. */
function weighedByWhatTheyHide(found: readonly Diagnostic[], text: string, failing: (text: string) => Diagnostic[], fileClass: FileClass): Diagnostic[] {
  const lines = text.split(/\r?\n/)
  const bare = [...lines]
  for (const { rule, line } of found) if (rule === 'PGH004') bare[line - 1] = (bare[line - 1] ?? '').replace(/noqa/gi, 'none')
  const placeOf = ({ rule, line, column }: Diagnostic) => `${rule} ${line} ${column}`
  const told = new Set(found.map(placeOf))
  const hidden = failing(bare.join('\n')).filter((each) => !told.has(placeOf(each)))
  const hides = ({ line, column }: Diagnostic) => wholeFile.test(lines[line - 1]?.slice(column - 1) ?? '') ? hidden.length > 0 : hidden.some((each) => each.line <= line && line <= each.endLine)
  return found.map((each) => (each.rule === 'PGH004' && !hides(each) ? { ...each, rule: 'style-suppression', ...((each.advice === true || isUsual(each)) && { advice: true as const }) } : each))

  // What the comment is about is known: an import that comes late, asks whether a module is there or serves its effect; all of another's settings; a long line.
  function isUsual({ line }: Diagnostic): boolean {
    const own = lines[line - 1] ?? ''
    return fileClass === 'package' || ofImport.test(own) || textEndingOn(line).some((each) => each.replace(/\s*#.*$/, '').length > longestUsualLine)
  }

  /** The lines of the text whose closing quotes stand on a line, or the line. */
  function textEndingOn(line: number): readonly string[] {
    const quotes = /^\s*("""|''')/.exec(lines[line - 1] ?? '')?.[1]
    return lines.slice(quotes === undefined ? line - 1 : lines.slice(0, line - 1).findLastIndex((each) => each.includes(quotes)), line)
  }
}

const longestUsualLine = 79
const ofImport = /^\s*(?:import\s|from\s+\S+\s+import\s+[^*\s]|from\s+\S*settings\S*\s+import\s+\*)/
const localHost = /localhost|127\.0\.0\.1|\[::1\]/

const wholeFile = /^#\s*(?:ruff|flake8)\s*:/i

/** The engine speaks of them all, and of these there is nothing to mend. */
function isHarmless({ code, message, fix, start_location: { row, column } }: Ruff.Diagnostic, lines: readonly string[], holds: Holds): boolean {
  const [, named = ''] = /`([\w.]+)`/.exec(message) ?? []
  const line = lines[row - 1] ?? ''
  const from = line.slice(column - 1)
  switch (code) {
    case 'F821':
      // Every package has it, and the engine is not told which file is one's __init__.py.
      return named === '__path__'
    case 'B007':
      // Without an edit its name is read after the loop.
      return fix === null
    case 'B018':
      // An attribute may compute, and what is tried is whether it is there.
      return /^[\w.]+\.\w+\s*(?:#|$)/.test(from) || /^\s*try:/.test(lines[row - 2] ?? '')
    case 'B027':
      // Its docstring says what doing nothing means.
      return lines.slice(row, row + 3).some((each) => /^\s*[rR]?(?:"""|''')\s*\S/.test(each))
    case 'PLE0604':
      return /\*[\w.]+\.__all__/.test(lines.slice(row - 1, row + mostLinesRead).join(' '))
    case 'PLE1205':
      // Braces are filled in by loggers that are not the standard library's.
      return !holds(String.raw`\bimport logging\b|\blogging\.getLogger\b`) && /["'][^"']*\{/.test(`${from} ${lines[row] ?? ''}`)
    case 'S103':
      // A mode that lets nobody else write.
      return (Number(/`(0o[0-7]+)`/.exec(message)?.[1]) & 0o002) === 0
    case 'S321':
      return /^(?:ftplib\.)?FTP_TLS\b/.test(from)
    case 'S506':
      return isSafeLoader(named, holds) || /\*\*\w/.test(line)
    default:
      return false
  }
}

/** `class OnceLoader(SafeLoader)`, and a parameter: `def read(stream, Loader=OurSafeLoader)`. */
function isSafeLoader(name: string, holds: Holds): boolean {
  return /^\w+$/.test(name) && holds(`^\\s*class ${name}\\([^)\\n]*Safe\\w*Loader|\\bdef [^)\\n]*\\b${name}\\s*=\\s*\\w*Safe\\w*Loader`)
}

function workspaceFor(fileClass: FileClass): Ruff.Workspace {
  let workspace = workspaces.get(fileClass)
  if (workspace === undefined) {
    workspace = new ruff.Workspace(ruffSettings(fileClass), ruff.PositionEncoding.Utf16)
    workspaces.set(fileClass, workspace)
  }
  return workspace
}

// What is asked of a place stands in its first lines.
const mostLinesRead = 8

function translate(diagnostic: Ruff.Diagnostic, lines: readonly string[], above: readonly string[]): Diagnostic {
  const help = diagnostic.fix?.message ?? diagnostic.subDiagnostics.find(({ severity }) => severity === helpSeverity)?.message
  return {
    engine: 'ruff',
    rule: ruleOf(diagnostic, lines, above),
    line: diagnostic.start_location.row,
    column: diagnostic.start_location.column,
    endLine: diagnostic.end_location.row,
    endColumn: diagnostic.end_location.column,
    message: oneLine(diagnostic.message),
    fix: briefly(help ?? ''),
    ...editsOf(diagnostic),
  }
}

// The engine does not say which of its fixes change what the code does: those of these rules do not.
const safeFixes: ReadonlySet<string> = new Set(['F401', 'F541'])

function editsOf({ code, fix }: Ruff.Diagnostic): Pick<Diagnostic, 'edits' | 'editsAreSafe'> {
  if (!fix || fix.edits.length === 0) return {}
  const edits = fix.edits.map(({ location, end_location: end, content }) => ({ line: location.row, column: location.column, endLine: end.row, endColumn: end.column, text: content ?? '' }))
  return { edits, editsAreSafe: safeFixes.has(code ?? '') }
}

const blanketSuppression = /^#\s*(type\s*:\s*ignore|((ruff|flake8)\s*:\s*)?noqa)/i

// The comment above speaks of what is suppressed.
const ofSuppression = /\b(?:ignor(?:e|es|ed|ing)|suppress\w*|silence\w*|noqa|mypy|pyright|type[- ]check\w*|linters?|flake8|ruff)\b/i

/** The lines of comment that stand right above. */
const commentIn = (above: readonly string[]) => above.slice(above.findLastIndex((line) => !/^\s*#/.test(line)) + 1).join(' ')

// S602 and S605 speak of any shell, and say in words when the command is a constant; PGH003 and PGH004 do not look for a reason.
function ruleOf({ code, message, start_location: start }: Ruff.Diagnostic, lines: readonly string[], above: readonly string[]): string {
  const from = lines[0]?.slice(start.column - 1) ?? ''
  if ((code === 'PGH003' || code === 'PGH004') && (isReason(from.replace(blanketSuppression, '')) || ofSuppression.test(commentIn(above)))) return 'explained-suppression'
  if ((code === 'S602' || code === 'S605') && message.includes('seems safe')) return 'shell-of-constant'
  return code ?? 'invalid-syntax'
}
