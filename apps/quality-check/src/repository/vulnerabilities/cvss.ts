const exploit = { AV: { N: 0.85, A: 0.62, L: 0.55, P: 0.2 }, AC: { L: 0.77, H: 0.44 }, UI: { N: 0.85, R: 0.62 } } as const
const privileges = { U: { N: 0.85, L: 0.62, H: 0.27 }, C: { N: 0.85, L: 0.68, H: 0.5 } } as const
const impact = { H: 0.56, L: 0.22, N: 0 } as const

/**
 * The base score of a CVSS 3 vector, by its specification; a plain number is itself. A vector of CVSS 4 is read as that of CVSS 3 which says the same: its
 * score lands in the same band or beside it, because the table of the newer specification is not held here. Undefined for anything else.
 */
export function cvssScore(text: string): number | undefined {
  if (/^\d{1,2}(\.\d+)?$/.test(text)) return Math.min(10, Number(text))
  if (!/^CVSS:(?:3\.[01]|4\.0)\//.test(text) || text.length > 300) return undefined
  const told = new Map(text.split('/').map((part) => part.split(':') as [string, string]))
  const metric = told.get('CVSS') === '4.0' ? asVersion3(told) : told
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

function asVersion3(metric: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const of = (name: string) => metric.get(name) ?? ''
  const beyond = ['SC', 'SI', 'SA'].some((name) => of(name) !== '' && of(name) !== 'N')
  return new Map([
    ['AV', of('AV')],
    ['AC', of('AT') === 'P' ? 'H' : of('AC')],
    ['PR', of('PR')],
    ['UI', of('UI') === 'N' ? 'N' : 'R'],
    ['S', beyond ? 'C' : 'U'],
    ['C', of('VC')],
    ['I', of('VI')],
    ['A', of('VA')],
  ])
}

const weight = (table: Readonly<Record<string, number>>, key: string | undefined): number | undefined => (key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined)

// Up to one decimal, whatever floating point makes of it.
function roundUp(value: number): number {
  const whole = Math.round(value * 100_000)
  return whole % 10_000 === 0 ? whole / 100_000 : (Math.floor(whole / 10_000) + 1) / 10
}
