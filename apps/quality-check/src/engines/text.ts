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
import { overlapping } from '../syntax/nearby.ts'

const textRules = rules.filter((rule) => rule.kind === 'text')
// From the most to the least specific: of several at one place, the first is reported.
const secretIds = ['provider-token', 'private-key', 'connection-string', 'json-web-token', 'test-mode-token', 'generic-credential', 'hardcoded-password']
const secretRules = secretIds.flatMap((id) => textRules.filter((rule) => rule.id === id))
const otherRules = textRules.filter((rule) => !secretRules.includes(rule))
const fix = 'Remove it, revoke it where it was issued, and read it from the environment or a secret store.'

/** Checks every text, whatever its language, for secrets and for suppressions without a reason. */
export async function checkText(task: WorkerTask): Promise<Diagnostic[]> {
  const { text, extension, fileClass } = task
  const lines = new LineIndex(text)
  const others = otherRules.flatMap((rule) => rule.check(text, task).map((report) => toDiagnostic(rule, report, report, lines)))
  const secrets = adviseWhereExplained(await findSecrets(task, lines), task)
  return [...secrets, ...others, ...findUnexplainedSuppressions(text, extension, fileClass, lines)]
}

/** Turns secrets in explanations, commented-out code, tests and declaration files into advice: most of them are examples, or repeat what the code contains. */
function adviseWhereExplained(found: readonly Secret[], { text, extension, fileClass }: WorkerTask): Diagnostic[] {
  const explanations = found.length > 0 ? explanationsIn(text, extension) : []
  const isExplained = (at: number): boolean => fileClass === 'stub' || isInComment(text, at) || isForTests(text, at) || overlapping(explanations, at, at + 1).length > 0
  return found.map(({ start, diagnostic }) => (isExplained(start) ? { ...diagnostic, advice: true } : diagnostic))
}

/** Reports each secret once, by the most specific rule that found it. */
async function findSecrets(task: WorkerTask, lines: LineIndex): Promise<Secret[]> {
  const all = await secretsIn(task, lines)
  if (all.length < 2) return all
  const taken = new Uint8Array(task.text.length)
  return all.filter(({ start, end }) => {
    const isFirst = !taken.subarray(start, end).includes(1)
    taken.fill(1, start, end)
    return isFirst
  })
}

/** Finds secrets with all rules, the most specific first. Several may report the same place. */
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

// Longer values are keys, in which such a sequence occurs by chance.
const longestToken = 200

/** Whether a value is a placeholder in the form of a token: "xoxb-xxxxxxxxxx". */
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
