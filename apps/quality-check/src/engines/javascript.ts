import { parseSync } from 'oxc-parser'
import { rules } from '../../gen/rules.ts'
import type { Diagnostic } from '../finding.ts'
import { checkSyntax } from '../javascript/syntax-rules.ts'
import type { WorkerTask } from './worker-pool.ts'

const syntaxRules = rules.filter((rule) => rule.kind === 'javascript' || rule.kind === 'syntax')

/** Our own rules over JavaScript and TypeScript. A text that does not parse is oxlint's to report. */
export function checkJavaScript({ text, extension, fileClass }: WorkerTask): Diagnostic[] {
  const { program, comments, errors } = parseSync(`file${extension}`, text, { preserveParens: false })
  if (errors.length > 0) return []
  return checkSyntax({ program, comments, text, extension, fileClass }, syntaxRules)
}
