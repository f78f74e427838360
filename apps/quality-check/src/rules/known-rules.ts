import { ruffCodes } from '../../gen/ruff-rules.ts'
import { rules } from '../../gen/rules.ts'
import { oxlintSettings } from './oxlint-settings.ts'
import { ruleTable } from './rule-table.ts'

const named = (engine: string) => Object.keys(ruleTable).filter((name) => name.startsWith(`${engine}/`))
// Reported by the gate itself, independent of rules.
const ownBesides = ['elder/more-findings', 'elder/not-analysed']
const known: Readonly<Record<string, ReadonlySet<string>>> = {
  elder: new Set([...rules.map(({ id }) => `elder/${id}`), ...named('elder'), ...ownBesides]),
  oxlint: new Set([...Object.keys(oxlintSettings.rules).map((name) => `oxlint/${name}`), ...named('oxlint')]),
  // Includes rules that do not run: a suppression of one of them is a habit, not a misspelling.
  ruff: new Set([...ruffCodes.map((code) => `ruff/${code}`), ...named('ruff').filter((name) => /[a-z]$/.test(name))]),
}

/** Why "<engine>/<rule>" is not a rule, with the nearest name; undefined when it is one, or when that is unknown. */
export function ruleProblem(name: string): string | undefined {
  const engine = name.slice(0, name.indexOf('/'))
  const all = known[engine]
  if (all === undefined || all.has(name)) return undefined
  const near = nearest(name, [...all])
  return `is not a rule: ${near === undefined ? otherwise(engine) : `did you mean ${near}?`}`
}

const otherwise = (engine: string) => (engine === 'ruff' ? 'a rule of ruff has letters and a number: ruff/S307' : 'ListRules lists them all')

/** The name with the smallest edit distance, if that is small. */
export function nearest(name: string, all: readonly string[]): string | undefined {
  const most = Math.max(2, Math.floor(name.length / 4))
  let best: string | undefined
  let least = most + 1
  for (const each of all) {
    if (Math.abs(each.length - name.length) >= least) continue
    const steps = distance(name, each)
    if (steps < least) [best, least] = [each, steps]
  }
  return best
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length] ?? 0
}
