import * as z from 'zod'
import { cvssScore } from './cvss.ts'

export type VulnerabilityLevel = 'low' | 'medium' | 'high' | 'critical'

/** How one package is affected, reduced to what matching needs. */
export interface Advisory {
  readonly id: string
  readonly aliases: readonly string[]
  readonly summary: string
  readonly level: VulnerabilityLevel
  /** Each is a list of events in the order of versions. */
  readonly ranges: readonly (readonly AdvisoryEvent[])[]
  readonly versions: readonly string[]
}

export interface AdvisoryEvent {
  readonly introduced?: string | undefined
  readonly fixed?: string | undefined
  readonly lastAffected?: string | undefined
}

const event = z.looseObject({ introduced: z.string().optional(), fixed: z.string().optional(), last_affected: z.string().optional() })
const rated = z.looseObject({ severity: z.string().optional() }).optional().catch(undefined)
const affected = z.looseObject({
  package: z.looseObject({ ecosystem: z.string(), name: z.string() }).optional(),
  ranges: z.array(z.looseObject({ type: z.string(), events: z.array(event) })).optional(),
  versions: z.array(z.string()).optional(),
  ecosystem_specific: rated,
  database_specific: rated,
})
const record = z.looseObject({
  id: z.string(),
  summary: z.string().optional(),
  details: z.string().optional(),
  modified: z.string().optional(),
  withdrawn: z.string().nullish(),
  aliases: z.array(z.string()).optional(),
  severity: z.array(z.looseObject({ type: z.string(), score: z.string() })).optional(),
  database_specific: rated,
  affected: z.array(affected).optional(),
})

const ecosystems: ReadonlySet<string> = new Set(['npm', 'PyPI'])
const longestSummary = 160

export interface ReadRecord {
  readonly modified: string
  /** By ecosystem and name. */
  readonly affected: readonly { readonly ecosystem: string; readonly name: string; readonly advisory: Advisory }[]
}

/** Reads one record in the OSV format; undefined when it is none, or was withdrawn. */
export function readRecord(value: unknown): ReadRecord | undefined {
  const parsed = record.safeParse(value)
  if (!parsed.success || (parsed.data.withdrawn ?? '') !== '') return undefined
  const { id, aliases = [], summary, details = '', modified = '', severity = [], database_specific: own } = parsed.data
  const score = Math.max(-1, ...severity.map((each) => cvssScore(each.score) ?? -1))
  return {
    modified,
    affected: (parsed.data.affected ?? []).flatMap(({ package: of, ranges = [], versions = [], ecosystem_specific, database_specific }) => {
      if (of === undefined || !ecosystems.has(of.ecosystem)) return []
      const advisory: Advisory = {
        id,
        aliases,
        summary: (summary ?? details).replace(/\s+/g, ' ').slice(0, longestSummary).toWellFormed(),
        level: levelOf(id, score, [own?.severity, database_specific?.severity, ecosystem_specific?.severity]),
        ranges: ranges.filter(({ type }) => type === 'SEMVER' || type === 'ECOSYSTEM').map(({ events }) => events.map((each): AdvisoryEvent => ({ introduced: each.introduced, fixed: each.fixed, lastAffected: each.last_affected }))),
        versions,
      }
      return [{ ecosystem: of.ecosystem, name: of.name, advisory }]
    }),
  }
}

// An advisory without a rating counts as medium.
function levelOf(id: string, score: number, words: readonly (string | undefined)[]): VulnerabilityLevel {
  if (id.startsWith('MAL-')) return 'critical'
  if (score >= 0) return score >= 9 ? 'critical' : score >= 7 ? 'high' : score >= 4 ? 'medium' : 'low'
  const word = words.find((each) => each !== undefined)?.toLowerCase() ?? ''
  if (word === 'critical' || word === 'high' || word === 'low') return word
  return 'medium'
}
