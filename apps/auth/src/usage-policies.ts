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
  /** Whose it is: of a key its user's id, of a user the same id, of a team nobody's (empty). Undefined: there is none. */
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
  /** Empty: in no team. */
  readonly teamId: string
  readonly teamName: string
  readonly policies: Policy[]
}

/** Whether somebody is the subject, holds it, or is in it. */
export type AppliesTo = (userId: string, subject: Subject) => Promise<boolean>

export type UsagePolicies = ReturnType<typeof createUsagePolicies>

/** The rules of what models may be used for, and how much of them. */
export function createUsagePolicies(store: PolicyStore, appliesTo: AppliesTo, now: () => Date) {
  return {
    /** What holds for a key. A policy that asks for nothing is left out: nobody need think about it. */
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
          throw new ServiceError('permission_denied', 'nobody but an admin sets what applies to their own user or keys; ask an admin', { reason: 'OWN_POLICY', field: 'subject' })
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

/** Leads, admins and services read everybody's; a developer what applies to themselves. */
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

/** Names of what a change touches: the values may be somebody's text, and the ledger keeps none. */
function changedTerms(current: Policy | undefined, terms: Terms): string[] {
  const before = current ?? UsagePolicy.fromPartial({})
  return Object.entries(terms)
    .filter(([name, value]) => !isDeepStrictEqual(value, before[name as keyof Terms]))
    .map(([name]) => name)
}

function limitWord({ meter, window, amount }: KnownLimit): string {
  return `${meterWords[meter]}/${windowWords[window]}=${amount}`
}
