import { compare as comparePython, valid as validPython } from '@renovatebot/pep440'
import semver from 'semver'
import type { Ecosystem } from '../dependencies/manifest.ts'
import type { Advisory, AdvisoryEvent } from './advisory.ts'

/** Whether a version is listed, or within a range. A version that cannot be parsed is only looked up in the list. */
export function affects({ ranges, versions }: Advisory, ecosystem: Ecosystem, version: string): boolean {
  if (versions.includes(version)) return true
  const compare = ecosystem === 'npm' ? compareNpm : comparePyPi
  return ranges.some((events) => isWithin(events, version, compare))
}

/** The first version above this one that is no longer affected. */
export function fixFor({ ranges }: Advisory, ecosystem: Ecosystem, version: string): string | undefined {
  const compare = ecosystem === 'npm' ? compareNpm : comparePyPi
  const later = ranges.flatMap((events) => events.flatMap(({ fixed }) => (fixed !== undefined && (compare(fixed, version) ?? 0) > 0 ? [fixed] : [])))
  return later.sort((a, b) => compare(a, b) ?? 0)[0]
}

/** Returns undefined when one of them is not a valid version. */
type Compare = (a: string, b: string) => number | undefined

const compareNpm: Compare = (a, b) => {
  const [left, right] = [semver.parse(a, { loose: true }), semver.parse(b, { loose: true })]
  return left === null || right === null ? undefined : semver.compare(left, right)
}

const comparePyPi: Compare = (a, b) => (validPython(a) === null || validPython(b) === null ? undefined : comparePython(a, b))

// The algorithm of the OSV specification: each event up to the version switches between affected and not affected.
function isWithin(events: readonly AdvisoryEvent[], version: string, compare: Compare): boolean {
  const at = (bound: string) => (bound === '0' ? 1 : compare(version, bound))
  const ordered = events.toSorted((a, b) => order(boundOf(a), boundOf(b), compare))
  let affected = false
  for (const { introduced, fixed, lastAffected } of ordered) {
    if (introduced !== undefined) affected ||= (at(introduced) ?? -1) >= 0
    else if (fixed !== undefined) affected &&= (at(fixed) ?? 0) < 0
    else if (lastAffected !== undefined) affected &&= (at(lastAffected) ?? 1) <= 0
  }
  return affected
}

const boundOf = ({ introduced, fixed, lastAffected }: AdvisoryEvent): string => introduced ?? fixed ?? lastAffected ?? '0'

function order(a: string, b: string, compare: Compare): number {
  if (a === '0' || b === '0') return Number(b === '0') - Number(a === '0')
  return compare(a, b) ?? 0
}
