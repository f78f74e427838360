import { rules } from '../../gen/rules.ts'
import type { Diagnostic } from '../finding.ts'
import { LineIndex } from './line-index.ts'
import { toDiagnostic } from './reporting.ts'
import { askSecretlint } from './secretlint.ts'
import { findUnexplainedSuppressions } from './suppressions.ts'
import type { WorkerTask } from './worker-pool.ts'

const textRules = rules.filter((rule) => rule.kind === 'text')
// By how much they know of what they find: the first to speak of a place is heard.
const secretIds = ['provider-token', 'private-key', 'connection-string', 'json-web-token', 'test-mode-token', 'generic-credential', 'hardcoded-password']
const secretRules = secretIds.flatMap((id) => textRules.filter((rule) => rule.id === id))
const otherRules = textRules.filter((rule) => !secretRules.includes(rule))
const fix = 'Remove it, revoke it where it was issued, and read it from the environment or a secret store.'

/** What is looked for in every text, whatever its language: secrets, and comments that switch off what the gate judges. */
export async function checkText(task: WorkerTask): Promise<Diagnostic[]> {
  const { text, extension } = task
  const lines = new LineIndex(text)
  const others = otherRules.flatMap((rule) => rule.check(text, task).map((report) => toDiagnostic(rule, report, report, lines)))
  return [...(await findSecrets(task, lines)), ...findUnexplainedSuppressions(text, extension, lines), ...others]
}

/** One finding a place: where several see the same secret, the one that knows most of it speaks. */
async function findSecrets(task: WorkerTask, lines: LineIndex): Promise<Diagnostic[]> {
  const all = await secretsIn(task, lines)
  return all.filter(({ start, end }, index) => !all.slice(0, index).some((other) => other.start < end && start < other.end)).map(({ diagnostic }) => diagnostic)
}

/** Every secret that anybody sees, who knows most of it first; the same place may be named by several. */
export async function secretsIn(task: WorkerTask, lines: LineIndex): Promise<Secret[]> {
  const own = secretRules.flatMap((rule) => rule.check(task.text, task).map((report) => ({ start: report.start, end: report.end, diagnostic: toDiagnostic(rule, report, report, lines) })))
  const theirs = (await askSecretlint(task.text, task.extension)).map(({ rule, message, range: [start, end] }) => ({
    start,
    end,
    diagnostic: { engine: 'secretlint', rule, ...lines.range(start, end), message: withoutValue(message), fix } as const,
  }))
  return [...theirs, ...own]
}

export interface Secret {
  readonly start: number
  readonly end: number
  readonly diagnostic: Diagnostic
}

// "found GitHub Token(*****): ****": the mask still tells the length.
function withoutValue(message: string): string {
  return `found ${message.replace(/^found /, '').replace(/\(\*+\)/, '').replace(/:.*$/s, '').trim()}`
}
