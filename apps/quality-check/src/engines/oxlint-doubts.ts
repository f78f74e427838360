import { isMinifiedLine } from '../source-file.ts'
import { isExplainedAbove } from '../syntax/reasons.ts'

interface Place {
  readonly line: number
  readonly character: number
}

// Where a text says nothing of the kind in its last characters, it is not said of this catch.
const farthest = 600
const attempt = /\btry\s*\{([^{}]*)\}\s*(?:\/\/[^\n]*\n\s*)*catch\s*(?:\([^()]*\)\s*)?$/
const lastComment = /(?:\/\/([^\n]*)|\/\*((?:[^*]|\*(?!\/))*)\*\/)\s*\}\s*catch\s*(?:\([^()]*\)\s*)?$/
const tidying = /^(?:await\s+)?(?:[\w$]+(?:\?\.|\.))*_?(?:close|closeSync|destroy|end|kill|unlink|unlinkSync|rm|rmSync|rmdir|rmdirSync|abort|terminate|disconnect|cancel|dispose|release|stop|unref|removeListener|removeAllListeners|clear|detach)\([^()]*\)$/
const loading = /^(?:return\s+)?(?:(?:const|let|var)\s+)?(?:[\w$.]+\s*=\s*)?(?:await\s+import|(?:[\w$]+\.)?requires?)\([^()]*\)(?:\([^()]*\)|\.[\w$]+)*$/
const noting = /^(?:[\w$.]+\s*=\s*(?:true|false|null|["'][^"']*["'])|return(?:\s+(?:true|false))?)$/
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
const saysEval = /^\s*(?:\/\/|\/?\*).*\b(?:eval|evil)\b/i
const written = /^\.[cm]?jsx?$/

/** Whether what the engine says there is as often meant as not: it is told, and fails nothing. */
export function isInDoubt(rule: string, text: string, lines: readonly string[], { start, end }: { readonly start: Place; readonly end: Place }, extension: string): boolean {
  const line = lines[start.line] ?? ''
  if (isMinifiedLine(line)) return true
  if (rule === 'no-unsafe-finally') return rethrown.test(line)
  if (rule === 'no-async-promise-executor') return catchesAll.test([line.slice(start.character), ...lines.slice(start.line + 1, start.line + 4)].join('\n'))
  if (rule === 'no-eval') return lines.slice(Math.max(0, start.line - 8), start.line).some((each) => saysEval.test(each))
  if (rule === 'empty-catch') return isBestEffort([...lines.slice(Math.max(0, start.line - 12), start.line), line.slice(0, start.character)].join('\n').slice(-farthest), lines[end.line]?.slice(end.character, end.character + farthest) ?? '')
  if (rule === 'typescript/ban-ts-comment') return isExplainedAbove(`${lines[start.line - 1] ?? ''}\n${line}`, (lines[start.line - 1] ?? '').length + 1 + line.search(/\S/))
  if (rule === 'react/jsx-no-script-url') return /javascript:\s*(?:void\b[\s(]*0?\s*\)?|undefined|\/\/)?\s*;?\s*["'`]/i.test(line.slice(start.character))
  return rule === 'syntax-error' && isNoProgram(text, line, extension)
}

/** A template that somebody fills in, a program with types that somebody takes out, or nothing but the value of settings. */
function isNoProgram(text: string, line: string, extension: string): boolean {
  if (template.test(line) || (line.includes('${') && !text.includes('`')) || closers.test(text) || opened.test(text.slice(-farthest))) return true
  return written.test(extension) && (flow.test(text.slice(0, farHead)) || typed.test(line) || (value.test(text.slice(0, farHead)) && entry.test(line)))
}

/** What is tried is to tidy up or to load what may not be there, or the words beside it say why nothing is done. */
function isBestEffort(before: string, after: string): boolean {
  if (/\bcatch\s*\(\s*_?(?:ignored?|unused|expected)\w*\s*\)\s*$/i.test(before)) return true
  const [, line, block] = lastComment.exec(before) ?? []
  if (isSaid(line ?? block) || isSaid(/^\s*(?:\/\/|\/\*)(.*)/.exec(after)?.[1])) return true
  const steps = (attempt.exec(before)?.[1] ?? '').split(/[;\n]/).map((step) => step.trim().replace(/^if\s*\((?:[^()]|\([^()]*\))*\)\s*/, '')).filter((step) => step !== '')
  return steps.length > 0 && (steps.every((step) => tidying.test(step)) || (loading.test(steps[0] as string) && steps.slice(1).every((step) => noting.test(step))))
}

// A reason is a few words, and no command for a tool or debt.
const isSaid = (comment: string | undefined): boolean => comment !== undefined && /\w+\W+\w+\W+\w+/.test(comment) && !/eslint|oxlint|biome|tslint|@ts-|istanbul|\b(?:todo|fixme|xxx|hack)\b/i.test(comment)
