import { SecretAction } from '@elder/contracts/auth-usage'
import { isObject, type GenerationRequest } from '@elder/dialects'
import { ServiceError } from '@elder/errors'
import type { Exchange } from '../exchange.ts'
import { parseExactly } from './exact-json.ts'
import { repeatsKey } from './json-scan.ts'
import type { GuardMetrics } from './metrics.ts'
import type { Passing } from './output-tokens.ts'
import { findDenied } from './patterns.ts'
import { maxWordSigns, plainForm, swells } from './plain-form.ts'
import type { Rules } from './rules.ts'
import { createSecretSearch, masked, type FindSecrets, type SecretSpan, type TextWithSecrets } from './secrets.ts'
import { textsOf, type TextPlace } from './texts.ts'
import { createVerdicts, verdictKey } from './verdicts.ts'

export interface PromptCheckParts {
  readonly findSecrets: FindSecrets
  readonly metrics: GuardMetrics
}

/** Checks the texts of a request by its caller's rules: it passes unchanged, masked, or is refused. */
export type PromptCheck = (exchange: Exchange, rules: Rules, passing: Passing) => Promise<Passing>

const searchWithinMs = 2_000
const patternsWithinMs = 2_000

export function createPromptCheck({ findSecrets, metrics }: PromptCheckParts): PromptCheck {
  const search = createSecretSearch(findSecrets)
  const passed = createVerdicts<Rules>()

  async function refuseDenied(exchange: Exchange, rules: Rules, places: readonly TextPlace[]): Promise<void> {
    const { deniedPrompts } = rules
    if (!deniedPrompts) return
    const budget = { leftMs: patternsWithinMs }
    for (const { text, where } of places) {
      const key = `${rules.id} ${verdictKey(text)}`
      if (passed.get(key)) continue
      const plain = plainForm(text)
      const denied = (await findDenied(deniedPrompts, text, budget)) ?? (plain === text ? undefined : await findDenied(deniedPrompts, plain, budget))
      if (denied !== undefined) {
        metrics('prompts', 'refused')
        exchange.guardrails.push(`prompt refused for ${placeOnRecord(where)}`)
        throw new ServiceError('permission_denied', `${where} fits ${deniedPrompts.nameOf(denied)}: leave that out`, { reason: 'PROMPT_DENIED', field: where })
      }
      passed.set(key, rules)
    }
  }

  async function findAll(exchange: Exchange, action: SecretAction, places: readonly TextPlace[]): Promise<TextWithSecrets[]> {
    try {
      return await search(places, () => exchange.call(searchWithinMs))
    } catch (error) {
      if (!(error instanceof ServiceError) || exchange.hasLeft) throw error
      metrics('secrets', 'unchecked')
      if (action !== SecretAction.SECRET_ACTION_LOG)
        throw new ServiceError('unavailable', 'your policies ask that prompts be searched for secrets, and the quality-check service, which does it, does not answer: try again soon', { reason: 'SECRETS_NOT_SEARCHED', retryAfterMs: 2_000, cause: error })
      exchange.note(new ServiceError('unavailable', 'a prompt was not searched for secrets: quality-check does not answer', { reason: 'SECRETS_NOT_SEARCHED', cause: error }))
      return []
    }
  }

  async function handleSecrets(exchange: Exchange, action: SecretAction, passing: Passing, places: readonly TextPlace[]): Promise<Passing> {
    const found = await findAll(exchange, action, places)
    if (found.length === 0) return passing
    const note = (what: string) => exchange.guardrails.push(...found.map(({ place, secrets }) => `secret ${what} in ${placeOnRecord(place.where)} (${rulesOf(secrets)})`))
    const named = found.map(({ place, secrets }) => `${place.where}: ${rulesOf(secrets)}`)
    if (action === SecretAction.SECRET_ACTION_BLOCK) {
      metrics('secrets', 'refused')
      note('refused')
      throw new ServiceError('permission_denied', `the request holds what looks like a secret (${named.slice(0, 5).join('; ')}): take it out and revoke it where it was issued`, { reason: 'SECRET_IN_PROMPT', field: found[0]?.place.where ?? '' })
    }
    const isMasked = action === SecretAction.SECRET_ACTION_MASK
    metrics('secrets', isMasked ? 'masked' : 'logged')
    note(isMasked ? 'masked' : 'seen')
    return isMasked ? withoutSecrets(passing, found) : passing
  }

  return async (exchange, rules, passing) => {
    if (repeatsKey(passing.body)) throw new ServiceError('invalid_argument', 'the body names a field of one object twice: name it once, so that it can be checked as your policies ask', { reason: 'PROMPT_UNREADABLE' })
    const places = textsOf(passing.request)
    if (swells(places)) throw new ServiceError('invalid_argument', `the request holds more than ${maxWordSigns} signs that stand for whole words: write them out, so that they can be checked as your policies ask`, { reason: 'PROMPT_UNREADABLE' })
    await refuseDenied(exchange, rules, places)
    return rules.secrets === SecretAction.SECRET_ACTION_UNSPECIFIED ? passing : handleSecrets(exchange, rules.secrets, passing, places)
  }
}

const rulesOf = (secrets: readonly SecretSpan[]): string => [...new Set(secrets.map(({ rule }) => rule))].join(', ')

// Deeper parts of the path may be names chosen by the caller, which must not be recorded.
const onRecord = /^(?:system|instructions|messages|input|prompt|suffix|prediction|tools|functions|metadata|user|response_format|text)\b(?:\[\d+\])?/
const placeOnRecord = (where: string): string => onRecord.exec(where.replace(/^a name in /, ''))?.[0] ?? 'another field'

/** The same request with each secret replaced by its rule's name; nothing else changes, numbers keep every digit. */
function withoutSecrets({ request, body }: Passing, found: readonly TextWithSecrets[]): Passing {
  const exact = parseExactly(body.toString('utf8'))
  if (!isObject(exact)) return { request, body }
  const places = textsOf({ ...request, value: exact })
  for (const { index, secrets } of found) {
    const place = places[index] as TextPlace
    place.put(masked(plainForm(place.text), secrets))
  }
  const text = JSON.stringify(exact)
  const value = JSON.parse(text) as GenerationRequest['value']
  return { request: { ...request, value }, body: Buffer.from(text) }
}
