import calculator from 'ae-cvss-calculator'

const exploit = { AV: { N: 0.85, A: 0.62, L: 0.55, P: 0.2 }, AC: { L: 0.77, H: 0.44 }, UI: { N: 0.85, R: 0.62 } } as const
const privileges = { U: { N: 0.85, L: 0.62, H: 0.27 }, C: { N: 0.85, L: 0.68, H: 0.5 } } as const
const impact = { H: 0.56, L: 0.22, N: 0 } as const

/** Computes the score of a CVSS 3 or 4 vector by its specification; a plain number is returned as it is. Undefined for anything else. */
export function cvssScore(text: string): number | undefined {
  if (/^\d{1,2}(\.\d+)?$/.test(text)) return Math.min(10, Number(text))
  if (text.length > 300) return undefined
  if (text.startsWith('CVSS:4.0/')) return version4Score(text)
  return /^CVSS:3\.[01]\//.test(text) ? version3Score(text) : undefined
}

// The library takes milliseconds for a vector, and a few hundred vectors occur in a hundred thousand advisories.
const version4Scores = new Map<string, number | undefined>()
const mostKept = 10_000

function version4Score(text: string): number | undefined {
  if (version4Scores.has(text)) return version4Scores.get(text)
  const score = scoreOf(text)
  if (version4Scores.size < mostKept) version4Scores.set(text, score)
  return score
}

function scoreOf(text: string): number | undefined {
  try {
    const vector = new calculator.Cvss4P0(text)
    return vector.isBaseFullyDefined() ? vector.calculateOverallScore() : undefined
  } catch {
    // An unknown metric or value makes the vector invalid.
    return undefined
  }
}

function version3Score(text: string): number | undefined {
  const metric = new Map(text.split('/').map((part) => part.split(':') as [string, string]))
  const scope = metric.get('S') === 'C' ? 'C' : 'U'
  const values = [weight(exploit.AV, metric.get('AV')), weight(exploit.AC, metric.get('AC')), weight(privileges[scope], metric.get('PR')), weight(exploit.UI, metric.get('UI'))]
  const losses = ['C', 'I', 'A'].map((name) => weight(impact, metric.get(name)))
  if ([...values, ...losses].includes(undefined)) return undefined
  const product = (numbers: readonly (number | undefined)[], of: (value: number) => number) => numbers.reduce<number>((all, value = 0) => all * of(value), 1)
  const base = 1 - product(losses, (value) => 1 - value)
  const harm = scope === 'U' ? 6.42 * base : 7.52 * (base - 0.029) - 3.25 * (base - 0.02) ** 15
  if (harm <= 0) return 0
  const reach = 8.22 * product(values, (value) => value)
  return roundUp(Math.min(10, (scope === 'C' ? 1.08 : 1) * (harm + reach)))
}

const weight = (table: Readonly<Record<string, number>>, key: string | undefined): number | undefined => (key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined)

// Rounds up to one decimal without errors of floating-point arithmetic.
function roundUp(value: number): number {
  const whole = Math.round(value * 100_000)
  return whole % 10_000 === 0 ? whole / 100_000 : (Math.floor(whole / 10_000) + 1) / 10
}
