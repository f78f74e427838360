import { Role } from '@elder/contracts/auth'
import { PolicyScope, Window, type ListUsageRequest, type UsageCounter, type UsageOfDay } from '@elder/contracts/auth-usage'
import type { CompletionFinished } from '@elder/contracts/edge-events'
import { ServiceError } from '@elder/errors'
import type { Caller } from './acting.ts'
import type { Rows } from './directory.ts'
import { invalid, readPage, type Page } from './input.ts'
import { requireReader, type AppliesTo, type Subject } from './usage-policies.ts'
import { readScope, readSubject } from './usage-policy-input.ts'
import { isIn, meterWords, windowWords, type KnownMeter, type KnownWindow } from './usage-words.ts'

/** The counted part of a completion. */
export interface Spent extends Omit<UsageOfDay, 'day'> {
  /** The id of its request. A completion counts once, even if it is delivered several times in different batches. */
  readonly id: string
  /** "2026-01-31", UTC. */
  readonly day: string
}

export interface Sums {
  readonly requests: bigint
  readonly tokens: bigint
  readonly cost: bigint
}

export interface UsageStore {
  /** Returns the number of new completions. */
  add(completions: readonly Spent[]): Promise<number>
  /** The usage of subjects since a day. Subjects without usage are left out. */
  sums(subjects: readonly Subject[], since: string): Promise<Map<string, Sums>>
  list(page: Page, subject: Subject | undefined): Promise<Rows<UsageOfDay>>
}

export type Usage = ReturnType<typeof createUsage>

const maxCounters = 100

/** The rules for recording and reading usage. */
export function createUsage(store: UsageStore, appliesTo: AppliesTo, now: () => Date, observe: (added: number, repeated: number) => void) {
  return {
    /** An invalid completion does not prevent others from being counted: its error is reported after they are stored. */
    async record(completions: readonly CompletionFinished[]): Promise<void> {
      const spent: Spent[] = []
      let refusal: unknown
      for (const completion of completions) {
        try {
          spent.push(spentBy(completion))
        } catch (error) {
          refusal ??= error
        }
      }
      const added = await store.add(spent)
      observe(added, spent.length - added)
      if (refusal !== undefined) throw refusal
    },

    /** Usage per minute is not stored: its counters are 0. */
    async get(caller: Caller, request: { counters: readonly UsageCounter[] }): Promise<UsageCounter[]> {
      if (request.counters.length > maxCounters) throw invalid('counters', `may hold ${maxCounters}, got ${request.counters.length}; ask in portions`)
      const counters = request.counters.map(readCounter)
      for (const { subject } of new Map(counters.map((counter) => [keyOf(counter.subject), counter])).values()) await requireReader(caller, subject, appliesTo)
      const today = dayOf(now())
      const sumsOf = async (window: KnownWindow, since: string) => await store.sums(distinct(counters.filter((counter) => counter.window === window).map(({ subject }) => subject)), since)
      const sums = new Map<KnownWindow, Map<string, Sums>>([
        [Window.WINDOW_DAY, await sumsOf(Window.WINDOW_DAY, today)],
        [Window.WINDOW_MONTH, await sumsOf(Window.WINDOW_MONTH, `${today.slice(0, 7)}-01`)],
      ])
      return counters.map(({ subject, meter, window }) => ({
        scope: subject.scope,
        subject: subject.id,
        meter,
        window,
        amount: sums.get(window)?.get(keyOf(subject))?.[meterWords[meter]] ?? 0n,
      }))
    },

    async list(caller: Caller, request: ListUsageRequest): Promise<Rows<UsageOfDay>> {
      const page = readPage(request)
      const { role, subject: userId } = caller.principal
      const isDeveloper = role === Role.ROLE_DEVELOPER
      const own: Subject = { scope: PolicyScope.POLICY_SCOPE_USER, id: userId }
      const subject = readOptionalSubject(request) ?? (isDeveloper ? own : undefined)
      // Members of a team see its total usage, not that of each member.
      if (isDeveloper && subject && (subject.scope === PolicyScope.POLICY_SCOPE_TEAM || !(await appliesTo(userId, subject)))) {
        throw new ServiceError('permission_denied', 'a developer sees only the usage of their own user and keys; name one of them, or leave the subject out for all of them', { field: 'subject' })
      }
      return store.list(page, subject)
    },
  }
}

interface Counter {
  readonly subject: Subject
  readonly meter: KnownMeter
  readonly window: KnownWindow
}

function readCounter(counter: UsageCounter, index: number): Counter {
  const field = `counters[${index}]`
  const { meter, window } = counter
  const scope = readScope(counter.scope, `${field}.scope`)
  if (!isIn(meterWords, meter)) throw invalid(`${field}.meter`, `must be METER_REQUESTS, METER_TOKENS or METER_COST, got ${meter}`)
  if (!isIn(windowWords, window)) throw invalid(`${field}.window`, `must be WINDOW_MINUTE, WINDOW_DAY or WINDOW_MONTH, got ${window}`)
  return { subject: { scope, id: readSubject(scope, counter.subject) }, meter, window }
}

function readOptionalSubject(request: { scope: PolicyScope; subject: string }): Subject | undefined {
  if (request.scope === PolicyScope.POLICY_SCOPE_UNSPECIFIED && request.subject === '') return undefined
  const scope = readScope(request.scope)
  return { scope, id: readSubject(scope, request.subject) }
}

function distinct(subjects: readonly Subject[]): Subject[] {
  return [...new Map(subjects.map((subject) => [keyOf(subject), subject])).values()]
}

/** The key of a subject in maps, also in those that stores return. */
export function keyOf({ scope, id }: Subject): string {
  return `${scope}/${id}`
}

// More than a single completion can use: sums would overflow.
const largest = 2n ** 48n

function spentBy(completion: CompletionFinished): Spent {
  const { requestId, finishedAt, replayed } = completion
  const at = finishedAt?.getTime() ?? Number.NaN
  if (requestId === '' || requestId.length > 200) throw new ServiceError('invalid_argument', `a request id must have 1 to 200 characters, got ${requestId.length}`)
  if (finishedAt === undefined || !(at > 0 && at < Date.UTC(2200, 0, 1))) throw new ServiceError('invalid_argument', `the completion of request ${requestId.slice(0, 40)} has no time that makes sense`)
  // An answer from the cache costs nothing, whatever the original cost.
  const amount = (value: bigint) => (replayed || value > largest ? 0n : value)
  return {
    id: requestId,
    day: dayOf(finishedAt),
    keyId: cut(completion.keyId),
    userId: cut(completion.subject),
    teamId: cut(completion.teamId),
    provider: cut(completion.provider),
    model: cut(completion.model),
    requests: 1n,
    inputTokens: amount(completion.promptTokens),
    outputTokens: amount(completion.completionTokens),
    cachedTokens: amount(completion.cachedTokens),
    costMicros: amount(completion.costMicros),
  }
}

function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10)
}

// Postgres does not store NUL in text.
function cut(text: string): string {
  return text.replaceAll('\0', '').slice(0, 200)
}
