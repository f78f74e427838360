import { isObject, type GenerationRequest } from '@elder/dialects'
import { ServiceError } from '@elder/errors'

/** Ids, or patterns in which * stands for anything. */
export type ModelRule = readonly string[]

/** Whether every rule lets a model through. */
export function allowsModel(rules: readonly ModelRule[], model: string): boolean {
  return rules.every((patterns) => patterns.some((pattern) => fits(pattern, model)))
}

/** Further models that a request names, because some gateways behind the edge fall back to them. */
export function othersNamed({ value }: GenerationRequest): string[] {
  const named = [value.models, value.fallbacks].flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : []))
  return named.map((one) => (isObject(one) ? one.model : one)).filter((model) => typeof model === 'string')
}

export function refuseModel(rules: readonly ModelRule[], model: string): void {
  if (allowsModel(rules, model)) return
  const named = usable(rules)
  const instead = named.length > 0 ? `use ${named.join(', ')}` : 'its policies leave no model'
  throw new ServiceError('permission_denied', `your key may not use model ${JSON.stringify(model.slice(0, 100))}: ${instead}`, { reason: 'MODEL_NOT_ALLOWED', field: 'model' })
}

const maxNamed = 20

// A pattern is reported as written, even if another rule forbids some of the models it matches.
function usable(rules: readonly ModelRule[]): string[] {
  const all = [...new Set(rules.flat())].filter((pattern) => pattern.includes('*') || allowsModel(rules, pattern))
  return all.length > maxNamed ? [...all.slice(0, maxNamed), `and ${all.length - maxNamed} more`] : all
}

/** Matched by hand: a regular expression made from the pattern could backtrack without end. */
function fits(pattern: string, model: string): boolean {
  const parts = pattern.split('*')
  if (parts.length === 1) return pattern === model
  const first = parts[0] as string
  const last = parts.at(-1) as string
  if (model.length < first.length + last.length || !model.startsWith(first) || !model.endsWith(last)) return false
  const end = model.length - last.length
  let at = first.length
  for (const part of parts.slice(1, -1)) {
    const found = model.indexOf(part, at)
    if (found < 0 || found + part.length > end) return false
    at = found + part.length
  }
  return true
}
