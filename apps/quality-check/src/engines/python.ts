import { rules } from '../../gen/rules.ts'
import type { Diagnostic } from '../finding.ts'
import { pythonModelFor } from '../flow/models/python.ts'
import { lowerPython } from '../python/lowering/lower-module.ts'
import { parsePython, type ParsedPython } from '../python/parse.ts'
import { pythonSyntaxChecker } from '../python/syntax-rules.ts'
import { checkFlow } from './flow.ts'
import { LineIndex } from './line-index.ts'
import { Refusal } from './nesting.ts'
import type { WorkerTask } from './worker-task.ts'

const checkSyntax = pythonSyntaxChecker(rules.filter((rule) => rule.kind === 'python' || rule.kind === 'syntax'))
const flowRules = rules.filter((rule) => rule.kind === 'flow').filter(({ python }) => python !== undefined)

let ahead: { readonly text: string; readonly parsed: ParsedPython } | undefined

/** Throws Refusal for a text that is nested too deeply for ruff, whose WebAssembly is unusable after a stack overflow. To find out, it parses the text; the tree is kept for our own rules, which run next. */
export function refuseDeepPython(text: string): ParsedPython {
  ahead = { text, parsed: parsePython(text) }
  const { error } = ahead.parsed
  if (error?.isTooDeep) throw new Refusal(`${error.message} in line ${new LineIndex(text).range(error.offset, error.offset).line}: split what stands there, or exclude the file in elder.yaml`)
  return ahead.parsed
}

/** Runs our rules on Python. Syntax errors are reported by ruff. */
export function checkPythonRules({ text, extension, fileClass }: WorkerTask): Diagnostic[] {
  const parsed = ahead?.text === text ? ahead.parsed : parsePython(text)
  ahead = undefined
  if (parsed.error !== undefined) return []
  const findings = checkSyntax({ ...parsed, text, extension, fileClass })
  if (fileClass === 'stub') return findings
  const program = lowerPython(parsed.module, text)
  return [...findings, ...checkFlow(program, pythonModelFor(program), flowRules, text)]
}
