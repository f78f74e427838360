import { isMinifiedLine } from '../source-file.ts'
import { isExplainedAbove } from '../syntax/reasons.ts'

interface Place {
  readonly line: number
  readonly character: number
  readonly message: string
}

// How much of a text's end is matched against `opened`.
const farthest = 600
const template = /%\w+%|\$[A-Z_]{4,}\b|@@\w+|__[A-Z][\w.]*__|<%|%>|\{\{[^{}:,]*\}\}|\{%|<\?php/
const farHead = 5_000
const flow = /@flow\b/
const typed = /^\s*(?:(?:export\s+|import\s+)?type\s+[\w{]|export\s+\w+\s+from\b)|\w\??:\s*(?:any|string|number|boolean|[A-Z]\w*)\b/
// Fragments that a build concatenates into one program: the first and last do not parse alone, and a fragment between them fails at its first token.
const opened = /\bfunction\s*\([^()]*\)\s*\{\s*(?:["']use strict["'];?\s*)?$/
const entry = /^\s*,?\s*(?:\w+|"[^"\n]*"|'[^'\n]*')\s*:/
const comments = /^(?:\s|\/\/[^\n]*\n|\/\*(?:[^*]|\*(?!\/))*\*\/)*/
const closers = /^[)\]}][\s()\]};]*$/
const ofModule = /^(?:import|export)\b|(?<![\w$.])require\(\s*["']|\bmodule\.exports\b|^exports\.\w/m
// Leaving a `finally` block discards the error; rethrowing a caught one there is deliberate.
const leaving = /^\s*(?:return|throw(?!\s+\w+\s*;?\s*$)|break|continue)\b/
const onConsole = /^\s*console\.\w+\(/
const ofOthers = /\bnot our(?: own)? code\b|\bthird[- ]party\b|\b(?:copied|taken|adapted|ported|borrowed|forked) from\b|\bsee:?\s+https?:/i
const requirement = /\b(?:needs?|must|has to|have to|required|because|since|so that|otherwise|to avoid|cannot|can't)\b/i
const farthestLines = 3
const assignment = /^\s*[\w$]+ = /
const comment = /^\s*\/\/|\*\/\s*$/
const twice = /already been declared/
const written = /^\.[cm]?jsx?$/

/** Whether the diagnostic is wrong there as often as it is right: it becomes advice, which fails nothing. */
export function isInDoubt(rule: string, text: string, lines: readonly string[], start: Place, extension: string): boolean {
  const line = lines[start.line] ?? ''
  if (isMinifiedLine(line)) return true
  if (rule === 'no-unsafe-finally') return !(leaving.test(line) && /\bfinally\b/.test(lineAround(lines, start.line)))
  if (rule === 'no-async-promise-executor') return blockFrom(lines, start.line).some((each) => /\btry\b/.test(each))
  if (rule === 'no-func-assign') return comment.test(lines.slice(0, start.line).findLast((each) => !assignment.test(each)) ?? '')
  if (rule === 'typescript/ban-ts-comment') return hasReasonAbove(lines, start.line)
  if (rule === 'unicorn/no-abusive-eslint-disable') return hidesLittle(text, lines, start)
  return rule === 'syntax-error' && !twice.test(start.message) && isNoProgram(text, lines, start, extension)
}

/** Whether the comment above explains the directive, or the same one above the line before: both hide it for the same reason. */
function hasReasonAbove(lines: readonly string[], line: number): boolean {
  const directive = lines[line] ?? ''
  let first = line
  while (first > 1 && lines[first - 2] === directive) first -= 2
  const above = lines.slice(Math.max(0, first - farthestLines), first).map((each) => `${each}\n`).join('')
  return isExplainedAbove(above + directive, above.length + directive.search(/\S/))
}

/** Whether a bare eslint-disable has its reason, hides only a line on the console, or stands at the head of a file that others wrote or that is generated. */
function hidesLittle(text: string, lines: readonly string[], start: Place): boolean {
  const line = lines[start.line] ?? ''
  const directive = line.slice(start.character)
  if (/--\s*\S/.test(directive) || /\bgenerated\b|\bdo not (?:edit|modify)\b/i.test(text.slice(0, farHead))) return true
  const [, reach] = /-disable(-next-line|-line)?\b/.exec(directive) ?? []
  if (reach === '-next-line' && requirement.test(lines[start.line - 1] ?? '') && hasReasonAbove(lines, start.line)) return true
  if (reach !== undefined) return onConsole.test(reach === '-line' ? line : (lines[start.line + 1] ?? ''))
  return ofOthers.test(text.slice(0, Math.min(farHead, headLength(text))))
}

/** Whether the file is not a complete program: a Qt translation, a template, Flow code whose types are stripped, a settings object, or a fragment that a build concatenates. */
function isNoProgram(text: string, lines: readonly string[], start: Place, extension: string): boolean {
  const line = lines[start.line] ?? ''
  if (text.startsWith('<?xml') || template.test(line) || (line.includes('${') && !text.includes('`')) || opened.test(text.slice(-farthest))) return true
  if (!written.test(extension)) return false
  return flow.test(text.slice(0, farHead)) || typed.test(line) || (entry.test(line) && text.startsWith('{', headLength(text))) || (extension === '.js' && isPiece(text, start.line))
}

function isPiece(text: string, line: number): boolean {
  const head = text.slice(0, headLength(text))
  return closers.test(text.slice(head.length)) || (head.split('\n').length - 1 === line && !ofModule.test(text))
}

const headLength = (text: string): number => comments.exec(text)?.[0].length ?? 0

/** The nearest less indented line above. Unless it is `finally`, the statement is conditional. */
function lineAround(lines: readonly string[], line: number): string {
  const indent = (lines[line] ?? '').search(/\S/)
  return lines.slice(0, line).findLast((each) => each.trim() !== '' && each.search(/\S/) < indent) ?? ''
}

/** A line and the more indented lines below it. */
function blockFrom(lines: readonly string[], line: number): readonly string[] {
  const indent = (lines[line] ?? '').search(/\S/)
  const length = lines.slice(line + 1).findIndex((each) => each.trim() !== '' && each.search(/\S/) <= indent)
  return lines.slice(line, length < 0 ? undefined : line + 1 + length)
}
