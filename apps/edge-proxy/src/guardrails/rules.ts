import { AnswerCacheMode, PolicyScope, SecretAction, type UsagePolicy } from '@elder/contracts/auth-usage'
import { createRecentTable } from '../recent-table.ts'
import type { ModelRule } from './allowed-models.ts'
import { compilePatterns, type Patterns } from './patterns.ts'

/** The rules of all policies of a caller combined; the strictest applies. */
export interface Rules {
  /** Identifies the set of policies and their versions. */
  readonly id: string
  /** One for each policy that names models; all of them apply. */
  readonly models: readonly ModelRule[]
  /** 0: no limit. */
  readonly maxOutputTokens: number
  readonly secrets: SecretAction
  readonly deniedPrompts: Patterns | undefined
  readonly deniedAnswers: Patterns | undefined
  readonly answerCache: AnswerCacheMode
}

/** The rules of a caller's policies; undefined if they have none. */
export type RuleBook = (policies: readonly UsagePolicy[]) => Rules | undefined

/** Compiles each set of policies once. */
export function createRuleBook(): RuleBook {
  // Callers are cached with their policies, so each request has the same list object. Callers of a team share the compiled rules.
  const known = new WeakMap<readonly UsagePolicy[], { readonly rules: Rules | undefined }>()
  const compiled = createRecentTable<{ readonly rules: Rules | undefined }>(1_000)
  return (policies) => {
    if (policies.length === 0) return undefined
    let entry = known.get(policies)
    if (entry) return entry.rules
    const id = policies.map(({ scope, subject, version }) => `${scope}:${subject}:${version}`).join(' ')
    entry = compiled.get(id) ?? { rules: compile(id, policies) }
    compiled.set(id, entry)
    known.set(policies, entry)
    return entry.rules
  }
}

function compile(id: string, policies: readonly UsagePolicy[]): Rules | undefined {
  const bounds = policies.map(({ maxOutputTokens }) => maxOutputTokens).filter((bound) => bound > 0)
  const rules: Rules = {
    id,
    models: policies.filter(({ allowedModels }) => allowedModels.length > 0).map(({ allowedModels }) => allowedModels),
    maxOutputTokens: bounds.length > 0 ? Math.min(...bounds) : 0,
    secrets: byStrictness.find((action) => policies.some(({ secrets }) => secrets === action)) ?? SecretAction.SECRET_ACTION_UNSPECIFIED,
    deniedPrompts: compilePatterns(policies.flatMap((policy) => policy.deniedPrompts.map((source) => ({ source, owner: ownerOf(policy) })))),
    deniedAnswers: compilePatterns(policies.flatMap((policy) => policy.deniedAnswers.map((source) => ({ source, owner: ownerOf(policy) })))),
    answerCache: cacheMode(policies),
  }
  return isIdle(rules) ? undefined : rules
}

const byStrictness = [SecretAction.SECRET_ACTION_BLOCK, SecretAction.SECRET_ACTION_MASK, SecretAction.SECRET_ACTION_LOG]

function cacheMode(policies: readonly UsagePolicy[]): AnswerCacheMode {
  const modes = new Set(policies.map(({ answerCache }) => answerCache))
  if (modes.has(AnswerCacheMode.ANSWER_CACHE_MODE_OFF)) return AnswerCacheMode.ANSWER_CACHE_MODE_OFF
  return modes.has(AnswerCacheMode.ANSWER_CACHE_MODE_ON) ? AnswerCacheMode.ANSWER_CACHE_MODE_ON : AnswerCacheMode.ANSWER_CACHE_MODE_UNSPECIFIED
}

function isIdle({ models, maxOutputTokens, secrets, deniedPrompts, deniedAnswers, answerCache }: Rules): boolean {
  return models.length === 0 && maxOutputTokens === 0 && secrets === SecretAction.SECRET_ACTION_UNSPECIFIED && !deniedPrompts && !deniedAnswers && answerCache === AnswerCacheMode.ANSWER_CACHE_MODE_UNSPECIFIED
}

const owners: Record<PolicyScope, string> = {
  [PolicyScope.POLICY_SCOPE_UNSPECIFIED]: 'the policy',
  [PolicyScope.POLICY_SCOPE_KEY]: "the key's policy",
  [PolicyScope.POLICY_SCOPE_USER]: "the user's policy",
  [PolicyScope.POLICY_SCOPE_TEAM]: "the team's policy",
  [PolicyScope.UNRECOGNIZED]: 'the policy',
}

const ownerOf = ({ scope }: UsagePolicy): string => owners[scope]
