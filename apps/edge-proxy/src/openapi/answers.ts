import * as z from 'zod'
import type { wholeCheck } from '../checking.ts'
import type { fileShape, findingShape, progressShape, recordShape, reportShape, ruleShape, trackedShape } from '../rest/check-shapes.ts'
import type { deletedTeamShape, teamShape, userShape } from '../rest/people.ts'
import type { parkedShape } from '../rest/parked.ts'
import type { providerShape } from '../rest/providers.ts'
import type { settingShape } from '../rest/settings.ts'
import type { auditShape, consultationShape, healthShape, hitShape, keyShape, knowledgeShape, skippedShape } from '../rest/shapes.ts'
import type { policyShape, usageShape } from '../rest/usage-shapes.ts'

// The schemas of answers. The compiler checks the functions that create the answers against them, and the tests check the answers themselves.

/** A value after JSON encoding: times are text. */
type Sent<T> = T extends Date ? string : T extends readonly (infer E)[] ? Sent<E>[] : T extends object ? { [K in keyof T]: Sent<T[K]> } : T
type Shape = (...args: never[]) => unknown
/** A schema for the result of a function. A field of another type does not compile; fields that the schema lacks are found by the tests. */
const answers = <F extends Shape>() => <S extends z.ZodType>(schema: Sent<Awaited<ReturnType<F>>> extends z.input<S> ? S : never): S => schema

export const time = z.iso.datetime().describe('RFC 3339, UTC')
const line = z.int().min(1)
const column = z.int().min(1).describe('in UTF-16 units')
const range = { line, column, endLine: line, endColumn: column }
const criterionName = z.string().describe('root_cause, dependencies, coverage, security, performance or maintainability')
const verdict = z.enum(['pass', 'fail', 'not_evaluated'])

/** A page of a list. */
export const pageOf = <T extends z.ZodType>(item: T) => z.strictObject({ items: z.array(item), nextCursor: z.string().nullable().describe('the cursor of the next page; null: this is the last page') })

export const finding = answers<typeof findingShape>()(
  z.strictObject({
    file: z.string(),
    ...range,
    rule: z.string(),
    engine: z.string(),
    category: criterionName,
    severity: z.enum(['error', 'warning', 'note']).or(z.string()),
    cwe: z.string().optional(),
    message: z.string(),
    fix: z.string().optional(),
    securitySeverity: z.number().optional(),
    flow: z.array(z.strictObject({ ...range, message: z.string() })).optional().describe('the path from source to sink'),
    fingerprint: z.string().optional().describe('unchanged when lines move'),
    edits: z.array(z.strictObject({ ...range, text: z.string() })).optional(),
    editsAreSafe: z.boolean().optional(),
    confidence: z.string().optional(),
    blocks: z.boolean(),
    blocksNewCode: z.boolean().optional().describe('would block if its line were new; advises because nothing says which lines of the repository are'),
    minutes: z.number().optional().describe('estimated effort'),
  }),
)
export const file = answers<typeof fileShape>()(
  z.strictObject({
    path: z.string(),
    cached: z.boolean(),
    status: z.enum(['checked', 'not_analysed']),
    reason: z.string().optional(),
    existingFindings: z.int(),
    suppressedFindings: z.int(),
    suppressed: z.array(z.strictObject({ ...finding.partial().shape, justification: z.string() })).optional().describe('the first suppressed findings, each with the reason in its comment'),
  }),
)
const criterion = z.strictObject({
  name: criterionName,
  score: z.number().nullable(),
  threshold: z.number(),
  verdict: verdict.or(z.string()),
  reason: z.string().optional(),
  evidence: z.array(z.strictObject({ name: z.string(), value: z.number(), source: z.string().optional() })),
})
const reportFields = { version: z.number(), checkId: z.string().optional(), verdict: verdict.or(z.string()), mode: z.string(), policyHash: z.string(), criteria: z.array(criterion), newCodeBlockers: z.int().optional().describe('how many findings have blocksNewCode') }
export const report = answers<typeof reportShape>()(z.strictObject(reportFields))
export const check = answers<typeof wholeCheck>()(z.strictObject({ ...reportFields, files: z.array(file), findings: z.array(finding) }))
export const progress = answers<typeof progressShape>()(z.strictObject({ stage: z.string(), done: z.int(), total: z.int() }))
export const record = answers<typeof recordShape>()(
  z.strictObject({
    checkId: z.string(),
    repository: z.string(),
    subject: z.string().optional(),
    state: z.string().describe('collecting, waiting, running, completed, failed or cancelled'),
    reason: z.string().optional(),
    mode: z.string(),
    wholeRepository: z.boolean(),
    files: z.int(),
    cachedFiles: z.int(),
    notAnalysedFiles: z.int(),
    findings: z.int(),
    at: time.optional(),
    progress: progress.optional(),
    report: report.optional(),
  }),
)
export const tracked = answers<typeof trackedShape>()(
  z.strictObject({ ...finding.partial().shape, state: z.string().describe('new, existing, fixed or reopened'), firstSeenAt: time.optional(), lastSeenAt: time.optional(), fixedAt: time.optional() }),
)
export const rule = answers<typeof ruleShape>()(
  z.strictObject({
    rule: z.string(),
    title: z.string(),
    why: z.string().optional(),
    fix: z.string().optional(),
    category: criterionName,
    severity: z.string(),
    cwe: z.string().optional(),
    securitySeverity: z.number().optional(),
    confidence: z.string().optional(),
    blocks: z.boolean(),
    newCodeOnlyLanguages: z.array(z.string()).optional().describe('in these it advises in a check of a whole repository that does not say which lines are new'),
    languages: z.array(z.string()),
    badExample: z.string().optional(),
    goodExample: z.string().optional(),
  }),
)

export const consultation = answers<typeof consultationShape>()(
  z.strictObject({
    answer: z.string(),
    citations: z.array(
      z.strictObject({
        source: z.string(),
        repository: z.string().optional(),
        path: z.string().optional(),
        startLine: line.optional(),
        endLine: line.optional(),
        id: z.string().optional(),
        version: z.int().optional(),
        title: z.string().optional(),
        score: z.number(),
      }),
    ),
    sages: z.array(z.strictObject({ name: z.string(), status: z.string(), tookMs: z.int() })),
    cached: z.boolean(),
  }),
)
export const hit = answers<typeof hitShape>()(z.strictObject({ repository: z.string(), path: z.string(), startLine: line, endLine: line, score: z.number(), preview: z.string() }))
export const skipped = answers<typeof skippedShape>()(z.strictObject({ path: z.string(), reason: z.string() }))
export const knowledge = answers<typeof knowledgeShape>()(
  z.strictObject({
    id: z.string(),
    version: z.int(),
    title: z.string(),
    body: z.string(),
    tags: z.array(z.string()),
    source: z.string().optional(),
    kind: z.string().optional(),
    createdAt: time.optional(),
    updatedAt: time.optional(),
    updatedBy: z.string().optional(),
  }),
)
export const apiKey = answers<typeof keyShape>()(
  z.strictObject({
    id: z.string(),
    userId: z.string(),
    userName: z.string(),
    role: z.string(),
    label: z.string().optional(),
    createdAt: time.optional(),
    expiresAt: time.optional(),
    revokedAt: time.optional(),
    requestsPerMinute: z.int().optional(),
  }),
)
export const auditEntry = answers<typeof auditShape>()(
  z.strictObject({
    sequence: z.int(),
    factId: z.string(),
    occurredAt: time.optional(),
    subject: z.string().optional(),
    keyId: z.string().optional(),
    action: z.string(),
    target: z.string(),
    outcome: z.string(),
    detail: z.unknown(),
    previousHash: z.string(),
    hash: z.string(),
  }),
)
const teamFields = { id: z.string(), name: z.string(), createdAt: time.optional(), deletedAt: time.optional().describe('absent: not deleted') }
export const team = answers<typeof teamShape>()(z.strictObject(teamFields))
export const deletedTeam = answers<typeof deletedTeamShape>()(z.strictObject({ ...teamFields, users: z.int().describe('its former users, who are now in no team') }))
export const user = answers<typeof userShape>()(z.strictObject({ id: z.string(), name: z.string(), role: z.string(), createdAt: time.optional(), teamId: z.string().optional().describe('absent: in no team') }))
const money = 'cost in units of the currency of the prices'
export const policy = answers<typeof policyShape>()(
  z.strictObject({
    scope: z.string().describe('key, user or team'),
    subject: z.string(),
    version: z.int().describe('0: there is none'),
    limits: z.array(z.strictObject({ meter: z.string(), window: z.string(), amount: z.number().describe(money), used: z.number().optional().describe('in the current window') })),
    allowedModels: z.array(z.string()).describe('empty: every model'),
    maxOutputTokens: z.int().nullable(),
    secrets: z.string().nullable().describe('log, mask or block'),
    deniedPrompts: z.array(z.string()),
    deniedAnswers: z.array(z.string()),
    answerCache: z.string().nullable().describe('off or on; null: only for requests that ask for it'),
    changedAt: time.optional(),
    changedBy: z.string().optional(),
  }),
)
const count = z.int().min(0)
export const usageOfDay = answers<typeof usageShape>()(
  z.strictObject({
    day: z.string().describe('UTC'),
    keyId: z.string().optional(),
    userId: z.string().optional(),
    teamId: z.string().optional().describe("the user's team at that time"),
    provider: z.string().optional(),
    model: z.string().optional(),
    requests: count,
    inputTokens: count,
    outputTokens: count,
    cachedTokens: count,
    cost: z.number().describe('in units of the currency of the prices'),
  }),
)
export const setting = answers<typeof settingShape>()(z.strictObject({ name: z.string(), version: z.int(), value: z.unknown(), changedAt: time.optional(), changedBy: z.string().optional() }))
export const provider = answers<typeof providerShape>()(
  z.strictObject({
    name: z.string(),
    baseUrl: z.string(),
    dialect: z.string().describe('openai or anthropic'),
    apis: z.array(z.string()).describe('the wire formats it supports itself; others are translated'),
    models: z.array(z.string()).nullable().describe('null: every model that no other provider names'),
    priced: z.array(z.string()).describe('the models with a price; others count as free in limits of cost'),
    priority: z.int(),
    weight: z.number(),
    keyFile: z.string().optional(),
    state: z.string().describe('up; paused: not called for some models at the moment; last: mostly fails and is called after the others'),
    inFlight: count,
    paused: z.array(z.strictObject({ model: z.string(), again: time, reason: z.string().optional() })),
    lastFailure: z.strictObject({ at: time, reason: z.string().optional(), message: z.string() }).optional(),
  }),
)
export const health = answers<typeof healthShape>()(
  z.strictObject({
    state: z.string().describe('up, degraded, down or unknown'),
    causes: z.array(z.strictObject({ component: z.string(), reason: z.string(), affects: z.array(z.string()), remedy: z.string() })),
    services: z.array(
      z.strictObject({
        name: z.string(),
        state: z.string(),
        version: z.string(),
        instances: z.int(),
        lastSeenAt: time.optional(),
        dependencies: z.array(z.strictObject({ name: z.string(), up: z.boolean(), required: z.boolean(), reason: z.string().optional() })),
      }),
    ),
    events: z.array(z.strictObject({ subject: z.string(), total: z.int(), lastMinute: z.int() })),
  }),
)
export const parkedMessage = answers<typeof parkedShape>()(
  z.strictObject({
    id: z.int(),
    subject: z.string().describe('the subject on which it was published'),
    consumer: z.string().describe('the consumer that could not process it'),
    code: z.string(),
    reason: z.string(),
    attempt: z.int().describe('the number of attempts'),
    parkedAt: time.optional(),
    eventId: z.string().describe('id of the event, the same for each delivery'),
    producer: z.string(),
    bytes: z.int(),
  }),
)
