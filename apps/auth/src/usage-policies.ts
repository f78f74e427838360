import { isDeepStrictEqual } from 'node:util'
import { usagePolicyChanged } from '@elder/contracts'
import { Role } from '@elder/contracts/auth'
import { UsagePolicy, type PolicyScope } from '@elder/contracts/auth-usage'
import { ServiceError } from '@elder/errors'
import { factOf, type Caller, type Recorder } from './acting.ts'
import type { Rows } from './directory.ts'
import { readPage, type Page } from './input.ts'
import { readScope, readSubject, readTerms, type KnownLimit, type Terms } from './usage-policy-input.ts'
import { meterWords, scopeWords, windowWords, type KnownScope } from './usage-words.ts'

export type Policy = Omit<UsagePolicy, 'limits'> & Terms & { scope: KnownScope; changedAt: Date }

export interface Subject {
  readonly scope: KnownScope
  readonly id: string
}

export interface PolicyAct extends Recorder {
  /** The user who owns the subject: the user of a key, the user itself, or nobody (empty) for a team. Undefined when the subject does not exist. */
  ownerOf(subject: Subject): Promise<string | undefined>
  find(subject: Subject): Promise<Policy | undefined>
  save(policy: Policy): Promise<void>
}

export interface PolicyStore {
  act<T>(work: (act: PolicyAct) => Promise<T>): Promise<T>
  find(subject: Subject): Promise<Policy | undefined>
  exists(subject: Subject): Promise<boolean>
  list(page: Page): Promise<Rows<Policy>>
  /** The key's, its user's and its team's policies, and the team. */
  ofKey(key: { id: string; userId: string }): Promise<OfKey>
}

export interface OfKey {
  /** Empty: no team. */
  readonly teamId: string
  readonly teamName: string
  readonly policies: Policy[]
}

/** Whether a user is the subject, owns it, or is a member of it. */
export type AppliesTo = (userId: string, subject: Subject) => Promise<boolean>

export type UsagePolicies = ReturnType<typeof createUsagePolicies>

/** The rules for usage policies. */
export function createUsagePolicies(store: PolicyStore, appliesTo: AppliesTo, now: () => Date) {
  return {
    /** The policies that apply to a key. An empty policy is left out. */
    async ofKey(key: { id: string; userId: string }): Promise<OfKey> {
      const { policies, ...team } = await store.ofKey(key)
      return { ...team, policies: policies.filter((policy) => changedTerms(undefined, termsOf(policy)).length > 0) }
    },

    async get(caller: Caller, request: { scope: PolicyScope; subject: string }): Promise<UsagePolicy> {
      const subject = readWhole(request)
      await requireReader(caller, subject, appliesTo)
      const policy = await store.find(subject)
      if (policy) return policy
      if (!(await store.exists(subject))) throw unknownSubject(subject)
      return UsagePolicy.fromPartial({ scope: subject.scope, subject: subject.id })
    },

    list: (request: { pageSize: number; cursor: string }) => store.list(readPage(request)),

    set(caller: Caller, given: UsagePolicy): Promise<UsagePolicy> {
      const subject = readWhole(given)
      const terms = readTerms(given)
      return store.act(async (act) => {
        const owner = await act.ownerOf(subject)
        if (owner === undefined) throw unknownSubject(subject)
        if (caller.principal.role !== Role.ROLE_ADMIN && owner === caller.principal.subject) {
          throw new ServiceError('permission_denied', 'only an admin may set a policy for their own user or keys; ask an admin', { reason: 'OWN_POLICY', field: 'subject' })
        }
        const current = await act.find(subject)
        const version = current?.version ?? 0n
        if (given.version !== version) {
          throw new ServiceError('aborted', `the policy of ${wordOf(subject)} is at version ${version}, and version ${given.version} was changed; read it again and repeat the change`, { reason: 'VERSION_CONFLICT', field: 'version' })
        }
        const changed = changedTerms(current, terms)
        if (current && changed.length === 0) return current
        const at = now()
        const policy: Policy = { ...terms, scope: subject.scope, subject: subject.id, version: version + 1n, changedAt: at, changedBy: caller.principal.subject }
        await act.save(policy)
        const factId = `auth:usage_policy.changed:${wordOf(subject).replace(' ', ':')}:${policy.version}`
        const detail = { version: Number(policy.version), changed: changed.join(','), limits: terms.limits.map(limitWord).join(',') }
        await act.record(factOf(caller, factId, 'usage_policy.changed', wordOf(subject), at, detail))
        await act.announce(usagePolicyChanged, { scope: subject.scope, subject: subject.id, version: policy.version, changedBy: policy.changedBy, changedAt: at }, factId)
        return policy
      })
    },
  }
}

/** Leads, admins and services read all policies; a developer those that apply to themselves. */
export async function requireReader(caller: Caller, subject: Subject, appliesTo: AppliesTo): Promise<void> {
  const { role, subject: userId } = caller.principal
  if (role !== Role.ROLE_DEVELOPER || (await appliesTo(userId, subject))) return
  throw new ServiceError('permission_denied', `${wordOf(subject)} is neither you nor your team nor a key of yours; ask a lead or an admin`, { field: 'subject' })
}

function readWhole(request: { scope: PolicyScope; subject: string }): Subject {
  const scope = readScope(request.scope)
  return { scope, id: readSubject(scope, request.subject) }
}

function wordOf({ scope, id }: Subject): string {
  return `${scopeWords[scope]} ${id}`
}

function unknownSubject(subject: Subject): ServiceError {
  const word = scopeWords[subject.scope]
  return new ServiceError('not_found', `${wordOf(subject)} does not exist; see the list of ${word}s`, { reason: `${word.toUpperCase()}_UNKNOWN`, field: 'subject' })
}

function termsOf({ limits, allowedModels, maxOutputTokens, secrets, deniedPrompts, deniedAnswers, answerCache }: Policy): Terms {
  return { limits, allowedModels, maxOutputTokens, secrets, deniedPrompts, deniedAnswers, answerCache }
}

/** The names of the changed fields. Their values may be user text, which the ledger must not contain. */
function changedTerms(current: Policy | undefined, terms: Terms): string[] {
  const before = current ?? UsagePolicy.fromPartial({})
  return Object.entries(terms)
    .filter(([name, value]) => !isDeepStrictEqual(value, before[name as keyof Terms]))
    .map(([name]) => name)
}

function limitWord({ meter, window, amount }: KnownLimit): string {
  return `${meterWords[meter]}/${windowWords[window]}=${amount}`
}
