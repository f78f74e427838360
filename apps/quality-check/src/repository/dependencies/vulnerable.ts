import type { KnownVulnerability } from '../vulnerabilities/osv-index.ts'
import type { VulnerabilityLevel } from '../vulnerabilities/advisory.ts'
import type { DependencyReading } from './dependencies.ts'
import { flaw, type Flaw } from './flaw.ts'

const levels: readonly VulnerabilityLevel[] = ['low', 'medium', 'high', 'critical']

/** One finding for each vulnerable version, at the line that pins it. Below the policy's level it is `tolerated-vulnerability`, which does not fail. */
export function describeVulnerabilities(found: readonly KnownVulnerability[], { pinned }: Pick<DependencyReading, 'pinned'>, level: VulnerabilityLevel): Flaw[] {
  return [...Map.groupBy(found, ({ ecosystem, name, version }) => `${ecosystem}\0${name}\0${version}`).values()].flatMap((known) => {
    const [worst, ...others] = known.toSorted((a, b) => levels.indexOf(b.level) - levels.indexOf(a.level) || (a.id < b.id ? -1 : 1))
    if (worst === undefined) return []
    const { ecosystem, name, version, id, aliases, summary } = worst
    const place = pinned.find((each) => each.ecosystem === ecosystem && each.name === name && each.version === version)
    if (place === undefined) return []
    const cve = aliases.find((alias) => alias.startsWith('CVE-'))
    const more = others.length === 0 ? '' : `, and ${others.length} more`
    const fixed = known.every((each) => each.fixed !== undefined) ? known.map((each) => each.fixed ?? '').sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1) : undefined
    return [
      flaw(
        levels.indexOf(worst.level) >= levels.indexOf(level) ? 'vulnerable-dependency' : 'tolerated-vulnerability',
        { ecosystem, name },
        { path: place.path, line: place.line, column: 1, endLine: place.line, endColumn: 2 },
        `${name} ${version} has a known vulnerability, ${worst.level}: ${summary === '' ? '' : `${summary} `}(${id}${cve === undefined || cve === id ? '' : `, ${cve}`})${more}`,
        fixed === undefined ? `No version of ${name} fixes all of it yet: replace it, or guard how it is used.` : `Update ${name} to ${fixed} or later.`,
      ),
    ]
  })
}
