import type { Program } from '@oxc-project/types'
import type { Comment } from 'oxc-parser'
import { rules } from '../../gen/rules.ts'
import type { Diagnostic } from '../finding.ts'
import { javascriptModel } from '../flow/models/javascript.ts'
import { lowerProgram } from '../javascript/lowering/lower-program.ts'
import { parseJavaScript } from '../javascript/parse.ts'
import { syntaxChecker } from '../javascript/syntax-rules.ts'
import { checkFlow } from './flow.ts'
import { isMinifiedLine } from '../source-file.ts'
import { refuseDeepNesting } from './nesting.ts'
import type { WorkerTask } from './worker-task.ts'

const checkSyntax = syntaxChecker(rules.filter((rule) => rule.kind === 'javascript' || rule.kind === 'syntax'))
const flowRules = rules.filter((rule) => rule.kind === 'flow').filter(({ javascript }) => javascript !== undefined)

/** Runs our rules on JavaScript and TypeScript. Syntax errors are reported by oxlint; a text that the parser recovers from is checked all the same. */
export function checkJavaScript(task: WorkerTask): Diagnostic[] {
  refuseDeepNesting(task.text)
  const parsed = parseJavaScript(`file${task.extension}`, task.text)
  const { program, comments } = parsed
  try {
    return parsed.errors.length > 0 && program.body.length === 0 ? [] : checkParsed(program, comments, task)
  } finally {
    // V8 puts the parser's result, which has accessors, into the old generation: a tree that it still references would stay until the next full collection.
    program.body.length = 0
    comments.length = 0
  }
}

/** Makes findings on a line of bundled code in an otherwise hand-written file advice: nobody fixes them there. */
function softened(found: Diagnostic[], text: string): Diagnostic[] {
  if (found.length === 0) return found
  const lines = text.split('\n')
  return found.map((each) => (isMinifiedLine(lines[each.line - 1] ?? '') ? { ...each, advice: true as const } : each))
}

function checkParsed(program: Program, comments: Comment[], { text, extension, fileClass }: WorkerTask): Diagnostic[] {
  const found = checkSyntax({ program, comments, text, extension, fileClass })
  if (fileClass === 'stub') return found
  return softened([...found, ...checkFlow(lowerProgram(program, text), javascriptModel, flowRules, text)], text)
}
