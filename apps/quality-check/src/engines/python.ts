import { rules } from '../../gen/rules.ts'
import type { Diagnostic } from '../finding.ts'
import { parsePython } from '../python/parse.ts'
import { checkPythonSyntax } from '../python/syntax-rules.ts'
import type { WorkerTask } from './worker-pool.ts'

const syntaxRules = rules.filter((rule) => rule.kind === 'python' || rule.kind === 'syntax')

/** Our own rules over Python. A text that does not parse is ruff's to report. */
export function checkPythonRules({ text, extension, fileClass }: WorkerTask): Diagnostic[] {
  const parsed = parsePython(text)
  if (parsed.error !== undefined) return []
  return checkPythonSyntax({ ...parsed, text, extension, fileClass }, syntaxRules)
}
