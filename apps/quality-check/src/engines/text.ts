import { lintSource } from '@secretlint/core'
import { rules } from '../../gen/rules.ts'
import { creator } from '@secretlint/secretlint-rule-preset-recommend'
import type { Diagnostic } from '../finding.ts'
import { LineIndex } from './line-index.ts'
import { toDiagnostic } from './reporting.ts'
import { findUnexplainedSuppressions } from './suppressions.ts'
import type { WorkerTask } from './worker-pool.ts'

const textRules = rules.filter((rule) => rule.kind === 'text')
const config = { rules: [{ id: 'recommend', rule: creator }] }
const fix = 'Remove it, revoke it where it was issued, and read it from the environment or a secret store.'

/** What is looked for in every text, whatever its language: secrets, and comments that switch off what the gate judges. */
export async function checkText(task: WorkerTask): Promise<Diagnostic[]> {
  const { text, extension } = task
  const lines = new LineIndex(text)
  const own = textRules.flatMap((rule) => rule.check(text, task).map((report) => toDiagnostic(rule, report, report, lines)))
  return [...(await findSecrets(text, extension, lines)), ...findUnexplainedSuppressions(text, extension, lines), ...own]
}

async function findSecrets(text: string, extension: string, lines: LineIndex): Promise<Diagnostic[]> {
  // Its own comments ("secretlint-disable") are not honoured: a secret stays one.
  const content = text.replaceAll('secretlint-disable', 'secretlint-ignored')
  const { messages } = await lintSource({
    source: { filePath: `file${extension}`, content, ext: extension, contentType: 'text' },
    options: { locale: 'en', maskSecrets: true, noPhysicFilePath: true, config },
  })
  return messages.map(({ ruleId, message, range: [start, end] }) => ({
    engine: 'secretlint',
    rule: ruleId.replace(/^@secretlint\/secretlint-rule-/, ''),
    ...lines.range(start, end),
    message: withoutValue(message),
    fix,
  }))
}

// "found GitHub Token(*****): ****": the mask still tells the length.
function withoutValue(message: string): string {
  return `found ${message.replace(/^found /, '').replace(/\(\*+\)/, '').replace(/:.*$/s, '').trim()}`
}
