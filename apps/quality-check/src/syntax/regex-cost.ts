import { createRequire } from 'node:module'
import type * as Scslre from 'scslre'

export type RegexCost = 'linear' | 'polynomial' | 'exponential'

// Loaded on first use.
const load = createRequire(import.meta.url)
let analyser: typeof Scslre | undefined

const longestPattern = 400
const mostRemembered = 2_000
const known = new Map<string, RegexCost>()

/** The worst-case time of a JavaScript regular expression on a text that it does not match. Expressions too long to analyse count as linear. */
export function regexCost(source: string, flags: string): RegexCost {
  if (source.length > longestPattern || !mayBacktrack(source)) return 'linear'
  const key = `${flags}/${source}`
  let cost = known.get(key)
  if (cost === undefined) {
    if (known.size >= mostRemembered) known.clear()
    cost = analyse(source, flags)
    known.set(key, cost)
  }
  return cost
}

// Backtracking needs two unbounded repetitions that can match the same text.
function mayBacktrack(source: string): boolean {
  return (source.match(/[*+]|\{\d+,\}/g) ?? []).length >= 2 || hasAmbiguousChoice(source)
}

// Nothing after it can fail, so it never gives back what it matched.
const lastGroup = /\)[*+](?=(?:\\?[^\s()[\]|*+?{}^$][*?])?$)/

function analyse(source: string, flags: string): RegexCost {
  const failing = source.replace(lastGroup, ')')
  if (hasAmbiguousChoice(failing)) return 'exponential'
  analyser ??= load('scslre') as typeof Scslre
  const reports = reportsOf(analyser, source, flags)
  const isExponential = ({ exponential }: Scslre.Report): boolean => exponential
  if (reports.some(isExponential) && (failing === source || reportsOf(analyser, failing, flags).some(isExponential))) return 'exponential'
  return reports.length > 0 ? 'polynomial' : 'linear'
}

function reportsOf({ analyse: look }: typeof Scslre, source: string, flags: string): readonly Scslre.Report[] {
  try {
    return look({ source, flags }, { reportTypes: { Move: false }, maxReports: 20 }).reports
  } catch (error) {
    // oxlint and ruff report invalid patterns.
    if (error instanceof SyntaxError) return []
    throw error
  }
}

const repeatedChoice = /\((?:\?:)?((?:\\[wdsWDS]|[\w ]|\[[^\]\\]*\]|\.)(?:\|(?:\\[wdsWDS]|[\w ]|\[[^\]\\]*\]|\.))+)\)[*+](?=.)/g
const ascii = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code))

/** (\w|\d)*x: each character matches two alternatives, so n of them match in 2^n ways. */
function hasAmbiguousChoice(source: string): boolean {
  if (!source.includes('|')) return false
  return [...source.matchAll(repeatedChoice)].some(([, choices = '']) => {
    const alternatives = choices.split('|').map((each) => new RegExp(`^${each}$`))
    const ways = ascii.map((character) => alternatives.filter((each) => each.test(character)).length)
    // An alternative that matches every character never has to backtrack.
    return ways.some((count) => count > 1) && ways.includes(0)
  })
}
