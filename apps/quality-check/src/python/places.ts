import type * as Ruff from '@astral-sh/ruff-wasm-nodejs'
import { isReason } from '../syntax/reasons.ts'

const indentOf = (line: string): number => line.length - line.trimStart().length

// A module whose own statements use so many names that nobody gave it could never have been imported.
const mostMissing = 4
const forgotten = /^(?:os|sys|re|io|json|math|time|datetime|logging|random|subprocess|pathlib|Path|typing|collections|itertools|functools|np|pd|plt|tf|torch|requests|Any|Optional|List|Dict|Union)$/
// Of translations, packages, notebooks and profilers.
const givenByHosts = /^(?:_|__path__|get_ipython|profile)$/
const ofPython2 = /^(?:unicode|long|basestring|xrange|raw_input|unichr|reduce|reload|cmp|execfile|buffer|intern|apply|file)$/
const knowsPython2 = /\bPY[23]\b|version_info|\bimport (?:urllib2|cPickle|StringIO|ConfigParser|__builtin__)\b|\bfrom (?:urllib2|itertools import [^\n]*izip)|\bbytes (?:==|is) str\b/
const fillsItself = /\bsetattr\(\s*sys\.modules\[__name__\]|\bglobals\(\)\.update\(|\bglobals\(\)\[[^\]\n]+\]\s*=[^=]/

/** Which names that the engine does not know the file is given by whoever runs it, or gives itself in a way that is not seen. */
export function namesGivenTo(text: string, lines: readonly string[], diagnostics: readonly Ruff.Diagnostic[]): (name: string) => boolean {
  const undefinedNames = diagnostics.filter(({ code }) => code === 'F821')
  if (undefinedNames.length === 0) return () => false
  const atTop = undefinedNames.filter(({ message, start_location: { row } }) => indentOf(lines[row - 1] ?? '') === 0 && !forgotten.test(/`(\w+)`/.exec(message)?.[1] ?? ''))
  const isTemplate = atTop.length > mostMissing
  const isFilled = fillsItself.test(text)
  const isOfBoth = knowsPython2.test(text)
  // Annotations that are worked out late do not see a name that the module deletes at its end, and had until then.
  const isPassing = (name: string) => new RegExp(`^del [^\\n]*\\b${name}\\b|\\b(?:builtins|__builtin__|__builtins__)\\.${name}\\s*=[^=]`, 'm').test(text)
  return (name) => givenByHosts.test(name) || isPassing(name) || (isTemplate && !forgotten.test(name)) || (isFilled && /^[A-Z]/.test(name)) || (isOfBoth && ofPython2.test(name))
}

const tells = /\braise\b|\b\w*log\w*[.(]|\b(?:exception|error|err|critical|warning|warn|fatal|fail|show_?traceback)\(|\bprint(?:_exc)?\(|traceback\.|\bexc_info\b|\bsys\.exit\(/i

/** Of the clause that begins in a row: it raises, tells somebody what happened, or says in a comment why nobody hears of it. */
export function tellsWhatWentWrong(lines: readonly string[], row: number): boolean {
  const head = lines[row - 1] ?? ''
  const rest = lines.slice(row)
  const end = rest.findIndex((line) => line.trim() !== '' && indentOf(line) <= indentOf(head))
  return [head, ...(end === -1 ? rest : rest.slice(0, end))].some((line) => tells.test(line.replace(/#.*/, '')) || isReason(/(?:^|\s)#\s*(\S.*)$/.exec(line)?.[1] ?? ''))
}

const cleanUp = /^(?:[\w.]+\.)?(?:close|aclose|shutdown|unlink|remove|rmdir|rmtree|kill|killpg|terminate|cancel|stop|disconnect|release|quit|cleanup|clean_up|rollback|flush|join)\([^()]*(?:\([^()]*\))?[^()]*\)$/
const letsGo = /^[\w.]+ = None$/

/** Of the clause that begins in a row: what it guards does no more than close or remove something. */
export function isCleanUp(lines: readonly string[], row: number): boolean {
  const depth = indentOf(lines[row - 1] ?? '')
  let at = row - 2
  const guarded: string[] = []
  for (; at >= 0 && indentOf(lines[at] ?? '') > depth; at--) guarded.push((lines[at] ?? '').replace(/\s#.*/, '').trim())
  const written = guarded.filter((line) => line !== '')
  return /^\s*try:/.test(lines[at] ?? '') && written.some((line) => cleanUp.test(line)) && written.every((line) => cleanUp.test(line) || letsGo.test(line))
}
