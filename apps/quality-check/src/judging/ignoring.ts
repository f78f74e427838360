import type { Finding } from '../finding.ts'
import type { IgnoreComment } from '../ignore-comments.ts'

const dayMs = 86_400_000
// Findings about suppression comments cannot be suppressed by a comment.
const unsuppressible = new Set(['elder/unexplained-suppression', 'elder/expired-suppression', 'elder/unknown-suppression'])

export interface Ignoring {
  /** Why a finding does not count; undefined when it does. */
  reasonFor(finding: Finding): string | undefined
}

/** Applies a file's `elder-ignore` comments to its findings. A comment that has expired, or lasts longer than the policy allows, suppresses nothing. */
export function createIgnoring(comments: readonly IgnoreComment[], maxDays: number | undefined, now: Date): Ignoring {
  const valid = comments.filter((comment) => expiry(comment, maxDays, now) === undefined)
  if (valid.length === 0) return { reasonFor: () => undefined }
  return { reasonFor: ({ rule, line }) => (unsuppressible.has(rule) ? undefined : valid.find(({ covers, rules }) => rules.includes(rule) && (covers === 'file' || covers.includes(line)))?.reason) }
}

/** Why a comment is not valid today; undefined when it is. */
export function expiry({ until }: IgnoreComment, maxDays: number | undefined, now: Date): string | undefined {
  const today = now.toISOString().slice(0, 10)
  if (until !== '' && until < today) return `held until ${until}`
  if (maxDays === undefined) return undefined
  const latest = new Date(now.getTime() + maxDays * dayMs).toISOString().slice(0, 10)
  if (until === '') return `names no end, and elder.yaml allows at most ${maxDays} days: add "until ${latest}" or an earlier day`
  return until > latest ? `holds until ${until}, longer than the ${maxDays} days that elder.yaml allows` : undefined
}

/** A diagnostic for each comment that is not valid today. */
export function expired(comments: readonly IgnoreComment[], maxDays: number | undefined, now: Date) {
  return comments.flatMap((comment) => {
    const why = expiry(comment, maxDays, now)
    if (why === undefined) return []
    const range = { line: comment.line, column: 1, endLine: comment.line, endColumn: 2 }
    return [{ engine: 'elder', rule: 'expired-suppression', ...range, message: `the suppression of ${comment.rules.join(', ')} ${why}`, fix: 'Fix what the rule found, or renew the comment with a reason and an end date.' } as const]
  })
}
