import { createRequire } from 'node:module'
import type * as Scslre from 'scslre'

export type RegexCost = 'linear' | 'polynomial' | 'exponential'

// Loaded with the first expression that needs it.
const load = createRequire(import.meta.url)
let analyser: typeof Scslre | undefined

const longestPattern = 400
const mostRemembered = 2_000
const known = new Map<string, RegexCost>()

/** How the time of a regular expression of JavaScript grows with a text that it does not match. What is too long to look into counts as linear. */
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

// Two repetitions without an end have to share the text between them; one alone has nothing to share.
function mayBacktrack(source: string): boolean {
  return (source.match(/[*+]|\{\d+,\}/g) ?? []).length >= 2 || hasAmbiguousChoice(source)
}

// Nothing comes after it that could fail: what it took it never gives back.
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
    // The engines that read the language say what is wrong with it.
    if (error instanceof SyntaxError) return []
    throw error
  }
}

const repeatedChoice = /\((?:\?:)?((?:\\[wdsWDS]|[\w ]|\[[^\]\\]*\]|\.)(?:\|(?:\\[wdsWDS]|[\w ]|\[[^\]\\]*\]|\.))+)\)[*+](?=.)/g
const ascii = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code))

/** (\w|\d)*x: each character can be taken in two ways, so that n of them can be taken in 2^n. */
function hasAmbiguousChoice(source: string): boolean {
  if (!source.includes('|')) return false
  return [...source.matchAll(repeatedChoice)].some(([, choices = '']) => {
    const alternatives = choices.split('|').map((each) => new RegExp(`^${each}$`))
    const ways = ascii.map((character) => alternatives.filter((each) => each.test(character)).length)
    // What takes every character never has to give one back.
    return ways.some((count) => count > 1) && ways.includes(0)
  })
}
