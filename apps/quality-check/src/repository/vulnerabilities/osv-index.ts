import { normalizeDistribution } from '../dependencies/python-names.ts'
import type { Ecosystem } from '../dependencies/manifest.ts'
import { readRecord, type Advisory, type VulnerabilityLevel } from './advisory.ts'
import { affects, fixFor } from './matching.ts'

export interface PackageVersion {
  readonly ecosystem: Ecosystem
  readonly name: string
  readonly version: string
}

export interface KnownVulnerability extends PackageVersion {
  /** "GHSA-…", and its aliases. */
  readonly id: string
  readonly aliases: readonly string[]
  readonly summary: string
  readonly level: VulnerabilityLevel
  /** Undefined when there is no fixed version yet. */
  readonly fixed: string | undefined
}

const mostBytes = 192 * 1_048_576
const levels: readonly VulnerabilityLevel[] = ['low', 'medium', 'high', 'critical']

/** The source is too large or malformed; the message says which. */
export class UnusableSource extends Error {
  override readonly name = 'UnusableSource'
}

/** Advisories by package. They are kept as text and parsed when asked for, because most never are. */
export class OsvIndex {
  readonly #byPackage = new Map<string, string>()
  #bytes = 0
  advisories = 0
  newest = ''

  add(value: unknown): void {
    const record = readRecord(value)
    if (record === undefined || record.affected.length === 0) return
    this.advisories++
    if (record.modified > this.newest) this.newest = record.modified
    for (const { ecosystem, name, advisory } of record.affected) {
      const text = JSON.stringify(advisory)
      this.#bytes += 2 * text.length
      if (this.#bytes > mostBytes) throw new UnusableSource(`holds more than can be kept in memory (${mostBytes} bytes): give only npm and PyPI`)
      const key = keyOf(ecosystem, name)
      const known = this.#byPackage.get(key)
      this.#byPackage.set(key, known === undefined ? text : `${known}\n${text}`)
    }
  }

  /** Returns the known vulnerabilities of these versions. One that is recorded under several names is returned once, with the highest severity. */
  find(packages: readonly PackageVersion[]): KnownVulnerability[] {
    return packages.flatMap((each) => {
      const advisories = (this.#byPackage.get(keyOf(each.ecosystem, each.name)) ?? '').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Advisory)
      return withoutAliases(advisories.filter((advisory) => affects(advisory, each.ecosystem, each.version))).map((advisory): KnownVulnerability => {
        const { id, aliases, summary, level } = advisory
        return { ecosystem: each.ecosystem, name: each.name, version: each.version, id, aliases, summary, level, fixed: fixFor(advisory, each.ecosystem, each.version) }
      })
    })
  }
}

const keyOf = (ecosystem: string, name: string) => `${ecosystem}:${ecosystem === 'PyPI' ? normalizeDistribution(name) : name}`

function withoutAliases(advisories: readonly Advisory[]): Advisory[] {
  const kept: Advisory[] = []
  for (const advisory of advisories) {
    const names = new Set([advisory.id, ...advisory.aliases])
    const at = kept.findIndex(({ id, aliases }) => names.has(id) || aliases.some((alias) => names.has(alias)))
    const same = kept[at]
    if (same === undefined) kept.push(advisory)
    else if (levels.indexOf(advisory.level) > levels.indexOf(same.level)) kept[at] = { ...same, level: advisory.level }
  }
  return kept
}
