import { SecretAction, type UsagePolicy } from '@elder/contracts/auth-usage'
import type { Exchange } from '../exchange.ts'
import { addTap } from '../generation/answer-tap.ts'
import { allowsModel, othersNamed, refuseModel } from './allowed-models.ts'
import { answerCheck } from './answer-check.ts'
import type { GuardMetrics } from './metrics.ts'
import { lowerOutputTokens, type Passing } from './output-tokens.ts'
import { createPromptCheck, type PromptCheckParts } from './prompt-check.ts'
import { createRuleBook, type Rules } from './rules.ts'

/** Applies callers' policies to generation requests and their answers. */
export interface Guard {
  /** Undefined: no policy applies, and nothing needs to be done. */
  rulesFor(policies: readonly UsagePolicy[]): Rules | undefined
  /** The request as it may be sent. Throws the error for the caller if it must not be. */
  apply(exchange: Exchange, rules: Rules, passing: Passing): Promise<Passing>
  /** Whether a model is shown in lists. */
  shows(policies: readonly UsagePolicy[], model: string): boolean
}

export function createGuard(parts: PromptCheckParts): Guard {
  const { metrics } = parts
  const rulesFor = createRuleBook()
  const checkPrompt = createPromptCheck(parts)
  return {
    rulesFor,
    async apply(exchange, rules, passing) {
      checkModel(rules, passing, metrics)
      const bounded = bound(exchange, rules, passing, metrics)
      const looksAtWords = rules.deniedPrompts !== undefined || rules.secrets !== SecretAction.SECRET_ACTION_UNSPECIFIED
      const checked = looksAtWords ? await checkPrompt(exchange, rules, bounded) : bounded
      const { deniedAnswers } = rules
      if (deniedAnswers) addTap(exchange, () => answerCheck(passing.request, deniedAnswers, () => metrics('answers', 'refused')))
      return checked
    },
    shows(policies, model) {
      const rules = rulesFor(policies)
      return !rules || allowsModel(rules.models, model)
    },
  }
}

function checkModel({ models }: Rules, { request }: Passing, metrics: GuardMetrics): void {
  if (models.length === 0) return
  const forbidden = [request.model, ...othersNamed(request)].find((model) => !allowsModel(models, model))
  if (forbidden === undefined) return
  metrics('models', 'refused')
  refuseModel(models, forbidden)
}

function bound(exchange: Exchange, { maxOutputTokens }: Rules, passing: Passing, metrics: GuardMetrics): Passing {
  const lowered = maxOutputTokens > 0 ? lowerOutputTokens(passing, maxOutputTokens) : undefined
  if (!lowered) return passing
  metrics('tokens', 'lowered')
  exchange.headers['x-elder-max-tokens'] = String(maxOutputTokens)
  return lowered
}
