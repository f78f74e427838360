import type { Edge } from './edge.ts'

/** A rule as the platform describes it. */
export interface RuleDescription {
  readonly rule: string
  readonly title: string
  readonly why?: string
  readonly fix?: string
  readonly category: string
  readonly severity: 'error' | 'warning' | 'note'
  readonly cwe?: string
  readonly securitySeverity?: number
  readonly confidence?: string
  readonly blocks: boolean
  /** Languages in which it only advises in checks of a whole repository without information about new lines. */
  readonly newCodeOnlyLanguages?: readonly string[]
  readonly languages: readonly string[]
  readonly badExample?: string
  readonly goodExample?: string
}

export async function fetchRules(edge: Edge): Promise<RuleDescription[]> {
  return (await edge.request<{ items: RuleDescription[] }>('GET', '/v1/rules')).items
}
