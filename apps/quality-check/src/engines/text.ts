import { rules } from '../../gen/rules.ts'
import type { Diagnostic } from '../finding.ts'
import { isInComment } from '../secrets/comments.ts'
import { explanationsIn, isForTests } from '../secrets/explanations.ts'
import { endsInWords, entropy, isPlaceholder } from '../secrets/value.ts'
import { LineIndex } from './line-index.ts'
import { toDiagnostic } from './reporting.ts'
import { askSecretlint } from './secretlint.ts'
import { findUnexplainedSuppressions } from './suppressions.ts'
import type { WorkerTask } from './worker-task.ts'

const textRules = rules.filter((rule) => rule.kind === 'text')
// By how much they know of what they find: the first to speak of a place is heard.
const secretIds = ['provider-token', 'private-key', 'connection-string', 'json-web-token', 'test-mode-token', 'generic-credential', 'hardcoded-password']
const secretRules = secretIds.flatMap((id) => textRules.filter((rule) => rule.id === id))
const otherRules = textRules.filter((rule) => !secretRules.includes(rule))
const fix = 'Remove it, revoke it where it was issued, and read it from the environment or a secret store.'

/** What is looked for in every text, whatever its language: secrets, and comments that switch off what the gate judges. */
export async function checkText(task: WorkerTask): Promise<Diagnostic[]> {
  const { text, extension, fileClass } = task
  const lines = new LineIndex(text)
  const others = otherRules.flatMap((rule) => rule.check(text, task).map((report) => toDiagnostic(rule, report, report, lines)))
  const secrets = gentlyWhereExplained(await findSecrets(task, lines), task)
  return [...secrets, ...others, ...findUnexplainedSuppressions(text, extension, fileClass, lines)]
}

/** What is explained, commented out or for tests does nothing: most secrets there show what one looks like. Declarations repeat what stands in the code. */
function gentlyWhereExplained(found: readonly Secret[], { text, extension, fileClass }: WorkerTask): Diagnostic[] {
  const explanations = found.length > 0 ? explanationsIn(text, extension) : []
  const isExplained = (at: number): boolean => fileClass === 'stub' || isInComment(text, at) || isForTests(text, at) || explanations.some(({ start, end }) => start <= at && at < end)
  return found.map(({ start, diagnostic }) => (isExplained(start) ? { ...diagnostic, advice: true } : diagnostic))
}

/** One finding a place: where several see the same secret, the one that knows most of it speaks. */
async function findSecrets(task: WorkerTask, lines: LineIndex): Promise<Secret[]> {
  const all = await secretsIn(task, lines)
  return all.filter(({ start, end }, index) => !all.slice(0, index).some((other) => other.start < end && start < other.end))
}

/** Every secret that anybody sees, whoever knows the exact form first; the same place may be named by several. */
export async function secretsIn(task: WorkerTask, lines: LineIndex): Promise<Secret[]> {
  const own = secretRules.flatMap((rule) => rule.check(task.text, task).map((report) => ({ start: report.start, end: report.end, diagnostic: toDiagnostic(rule, report, report, lines) })))
  const theirs = (await askSecretlint(task.text, task.extension)).filter(({ range }) => !isMask(task.text.slice(...range))).map(({ rule, message, range: [start, end] }) => ({
    start,
    end,
    diagnostic: { engine: 'secretlint', rule, ...lines.range(start, end), message: withoutValue(message), fix } as const,
  }))
  return [...own, ...theirs]
}

export interface Secret {
  readonly start: number
  readonly end: number
  readonly diagnostic: Diagnostic
}

// Longer ones are keys, in which any letters may follow one another.
const longestToken = 200

/** "xoxb-xxxxxxxxxx": in the form of a token, with nothing in it. */
const isMask = (value: string): boolean => value.length < longestToken && (/x{8,}|[*#]{4,}|\.{3}|…/i.test(value) || endsInPlaceholder(value) || endsInWords(value) || entropy(value) < 2)

/** "xoxb-abcdef-abcdef". */
function endsInPlaceholder(value: string): boolean {
  const end = /[-_]([^-_]{6,15})$/.exec(value)?.[1]
  return end !== undefined && isPlaceholder(end)
}

// "found GitHub Token(*****): ****": the mask still tells the length.
function withoutValue(message: string): string {
  return `found ${message.replace(/^found /, '').replace(/\(\*+\)/, '').replace(/:.*$/s, '').trim()}`
}
