import { isMinifiedLine } from '../source-file.ts'
import { isExplainedAbove } from '../syntax/reasons.ts'

interface Place {
  readonly line: number
  readonly character: number
}

// Where a text says nothing of the kind in its last characters, it is not said of this place.
const farthest = 600
const template = /%\w+%|@@\w+|<%|%>|\{\{[^{}:,]*\}\}|\{%|<\?php/
const farHead = 5_000
const flow = /@flow\b/
const typed = /^\s*(?:export\s+|import\s+)?type\s+[\w{]/
const value = /^(?:\s|\/\/[^\n]*\n|\/\*(?:[^*]|\*(?!\/))*\*\/)*\{/
const entry = /^\s*,?\s*(?:\w+|"[^"\n]*"|'[^'\n]*')\s*:/
// The beginning and the end of a program that a build puts together.
const opened = /\bfunction\s*\([^()]*\)\s*\{\s*(?:["']use strict["'];?\s*)?$/
const closers = /^(?:\s|\/\/[^\n]*\n|\/\*(?:[^*]|\*(?!\/))*\*\/)*[)\]}][\s()\]};]*$/
// What compilers make of a loop over anything.
const rethrown = /\bthrow (?:_iteratorError\d*|\$__\d+)(?!\w)/
const catchesAll = /^async\b[^{}]*\{\s*(?:(?:\/\/|(?:const|let|var)\s)(?!.*\bawait\b)[^\n{}]*\n\s*)*try\s*\{/
// What a caller hands over, run as it comes.
const bareEval = /^eval\(\s*[\w$]+\s*\)/
const written = /^\.[cm]?jsx?$/

/** Whether what the engine says there is as often meant as not: it is told, and fails nothing. */
export function isInDoubt(rule: string, text: string, lines: readonly string[], start: Place, extension: string): boolean {
  const line = lines[start.line] ?? ''
  if (isMinifiedLine(line)) return true
  if (rule === 'no-unsafe-finally') return rethrown.test(line)
  if (rule === 'no-eval') return !bareEval.test(line.slice(start.character))
  if (rule === 'no-async-promise-executor') return catchesAll.test([line.slice(start.character), ...lines.slice(start.line + 1, start.line + 4)].join('\n'))
  if (rule === 'typescript/ban-ts-comment') return isExplainedAbove(`${lines[start.line - 1] ?? ''}\n${line}`, (lines[start.line - 1] ?? '').length + 1 + line.search(/\S/))
  return rule === 'syntax-error' && isNoProgram(text, line, extension)
}

/** A template that somebody fills in, a program with types that somebody takes out, or nothing but the value of settings. */
function isNoProgram(text: string, line: string, extension: string): boolean {
  if (template.test(line) || (line.includes('${') && !text.includes('`')) || closers.test(text) || opened.test(text.slice(-farthest))) return true
  return written.test(extension) && (flow.test(text.slice(0, farHead)) || typed.test(line) || (value.test(text.slice(0, farHead)) && entry.test(line)))
}
