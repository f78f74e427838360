import { rules } from '../../gen/rules.ts'
import type { Diagnostic } from '../finding.ts'
import { pythonModelFor } from '../flow/models/python.ts'
import { lowerPython } from '../python/lowering/lower-module.ts'
import { parsePython } from '../python/parse.ts'
import { checkPythonSyntax } from '../python/syntax-rules.ts'
import { checkFlow } from './flow.ts'
import { LineIndex } from './line-index.ts'
import type { WorkerTask } from './worker-pool.ts'

const syntaxRules = rules.filter((rule) => rule.kind === 'python' || rule.kind === 'syntax')
const flowRules = rules.filter((rule) => rule.kind === 'flow').filter(({ python }) => python !== undefined)

/** Our own rules over Python. A text that does not parse is ruff's to report. */
export function checkPythonRules({ text, extension, fileClass }: WorkerTask): Diagnostic[] {
  const parsed = parsePython(text)
  if (parsed.error !== undefined) return []
  const findings = checkPythonSyntax({ ...parsed, text, extension, fileClass }, syntaxRules)
  if (fileClass === 'stub') return findings
  const program = lowerPython(parsed.module, text)
  return [...findings, ...checkFlow(program, pythonModelFor(program), flowRules, new LineIndex(text))]
}
