import { SaxesParser } from 'saxes'
import { expect, test } from 'vitest'
import type { CriterionName, Finding } from '../finding.ts'
import type { CriterionOutcome, Verdict } from '../scoring/criterion.ts'
import type { PageCheck, PageFinding, PageHistory } from './history.ts'
import { reportPage } from './page.ts'
import { style } from './style.ts'

const day = (n: number) => new Date(Date.UTC(2026, 10, n, 18, 30))
const now = day(22)
const hostile = '</title><script>alert("1")</script> | [x](http://evil.example) `c` @lead \u202Ereversed\n# heading &amp; \'quoted\''

const outcome = (criterion: CriterionName, score: number | undefined, verdict: Verdict): CriterionOutcome => ({ criterion, score, threshold: 80, verdict, reason: score === undefined ? 'no report' : '', evidence: score === undefined ? [] : [{ name: 'remediation_minutes', value: 35, source: '' }] })
const check = (n: number, score: number, scope: PageCheck['scope'] = 'repository'): PageCheck => ({ id: `c${n}`, scope, mode: 'whole_file', verdict: score < 80 ? 'fail' : 'pass', criteria: [outcome('maintainability', score, score < 80 ? 'fail' : 'pass'), outcome('coverage', undefined, 'not_evaluated')], files: 12, notAnalysedFiles: 1, newCodeBlockers: 0, findings: 7, at: day(n) })
const finding = (path: string, rule: string, severity: Finding['severity'], message = 'a flaw'): PageFinding => ({
  path,
  state: 'new',
  firstSeenAt: day(3),
  finding: { line: 4, column: 1, endLine: 4, endColumn: 2, engine: 'elder', rule, category: 'security', severity, cwe: '', message, fix: '', securitySeverity: 0, blocker: false, fingerprint: `${path}${rule}` },
})
const history = (changes: Partial<PageHistory> = {}): PageHistory => ({
  checks: [check(1, 71.25), check(2, 10, 'files'), check(3, 85), { ...check(4, 11), mode: 'new_code' }],
  worst: [finding('src/a.ts', 'elder/sql-injection', 'error'), finding('src/a.ts', 'elder/long-function', 'warning'), finding('src/b.ts', 'elder/long-function', 'warning')],
  byRule: [{ name: 'elder/sql-injection', count: 1, errors: 1 }, { name: 'elder/long-function', count: 2, errors: 0 }],
  byFile: [{ name: 'src/a.ts', count: 2, errors: 1 }, { name: 'src/b.ts', count: 1, errors: 0 }],
  openCount: 3,
  fixedCount: 9,
  ...changes,
})

const html = (given = history(), name = 'team/shop') => reportPage(name, given, 'html', now).page
const markdown = (given = history(), name = 'team/shop') => reportPage(name, given, 'markdown', now).page

test('tells the scores of the whole repository with their trend, not those of single edits', () => {
  expect(markdown()).toContain('| Maintainability | 85 | 80 | +13.8 | passes | remediation minutes 35 |')
  expect(markdown()).toContain('| Test coverage | – | 80 | – | not evaluated | no report |')
  expect(markdown()).toContain('The gate **passes**: 7 findings in 12 files, 1 not analysed. The whole repository, 2026-11-03 18:30 UTC.')
  expect(html()).toContain('2 checks from 2026-11-01 18:30 UTC to 2026-11-03 18:30 UTC: first 71.3, last 85, needs 80.')
  expect(markdown(history({ checks: [check(2, 10, 'files')] }))).toContain('The gate **fails**: 7 findings in 12 files, 1 not analysed. Single edits; the repository was never checked as a whole')
})

test('tells once what only advises because nothing says which lines are new, and what to do', () => {
  const told = history({ checks: [{ ...check(3, 85), newCodeBlockers: 12 }] })
  for (const page of [markdown(told), html(told)]) expect(page).toContain('12 findings would block in new code. Here they only advise, because nothing says which lines are new: judge changes with elder check --all --base REF')
  for (const page of [markdown(), html()]) expect(page).not.toContain('new code.')
})

test('tells how much is open by rule and by file', () => {
  const rows = markdown().split('\n')
  expect(rows.slice(rows.indexOf('## Open findings by rule') + 4).slice(0, 2)).toEqual([String.raw`| elder/sql-injection | 1 | 1 |`, '| elder/long-function | 2 | 0 |'])
  expect(rows.slice(rows.indexOf('## Open findings by file') + 4).slice(0, 2)).toEqual(['| src/a.ts | 2 | 1 |', '| src/b.ts | 1 | 0 |'])
  expect(markdown()).toContain('3 open, 9 fixed.')
})

test('a repository that was never checked has a page that says what to do', () => {
  const nothing = { checks: [], worst: [], byRule: [], byFile: [], openCount: 0, fixedCount: 0 }
  expect(markdown(nothing)).toContain('`elder check --all`')
  expect(html(nothing)).toContain('<code>elder check --all</code>')
})

test('no text of a checked file becomes markup, in either format', () => {
  const given = history({ worst: [finding(hostile, hostile, 'error', hostile)], byRule: [{ name: hostile, count: 1, errors: 1 }] })
  const page = html(given, hostile)
  expect(page).not.toMatch(/<script|\u202E|<img/)
  expect(page.match(/<title>/g)).toHaveLength(1)
  const text = markdown(given, hostile)
  expect(text).not.toMatch(/<script|\u202E|(?<!\\)\[x(?<!\\)\]|@lead|http:/)
  expect(text.split('\n').filter((line) => line.startsWith('# '))).toHaveLength(1)
  // The hostile cells stay cells.
  const row = text.split('\n').find((line) => line.startsWith('| error')) ?? ''
  expect(row.replaceAll(String.raw`\|`, '').split('|')).toHaveLength(7)
})

test('the HTML is well-formed, loads nothing, and can be read without eyes', () => {
  const page = html(history({ worst: [finding('a', 'b', 'error', hostile)] }))
  const seen: { name: string; attributes: Record<string, string> }[] = []
  const parser = new SaxesParser()
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ name, attributes }) => void seen.push({ name, attributes: { ...attributes } }))
  // As XML, in which every element must be closed; these are by themselves.
  parser.write(page.replace('<!doctype html>\n', '').replace(/<meta([^>]*)>/g, '<meta$1/>')).close()
  const named = (name: string) => seen.filter((element) => element.name === name)
  expect(seen.flatMap(({ attributes }) => Object.keys(attributes)).filter((name) => /^on|^src$|^href$/.test(name))).toEqual([])
  expect(['script', 'link', 'img', 'iframe'].flatMap(named)).toEqual([])
  expect(named('html')[0]?.attributes).toEqual({ lang: 'en' })
  expect(named('h1')).toHaveLength(1)
  expect(named('caption')).toHaveLength(named('table').length)
  expect(named('th').every(({ attributes }) => attributes.scope === 'col' || attributes.scope === 'row')).toBe(true)
  const [chart] = named('svg')
  const ids = new Set(seen.map(({ attributes }) => attributes.id))
  expect(chart?.attributes.role).toBe('img')
  expect((chart?.attributes['aria-labelledby'] ?? '').split(' ').every((id) => ids.has(id))).toBe(true)
  expect(style).not.toMatch(/url\(|@import/)
})

test('every colour of text stands out from its background, bright, dark and on paper', () => {
  const schemes = [...style.matchAll(/:root\{([^}]*)\}/g)].map(([, rules = '']) => Object.fromEntries([...rules.matchAll(/--(\w+):(#\w+)/g)].map(([, name, colour]) => [name, colour] as const)))
  expect(schemes).toHaveLength(3)
  for (const scheme of schemes) {
    for (const name of ['text', 'dim', 'pass', 'fail', 'score']) expect({ name, enough: contrast(scheme[name] ?? '', scheme.back ?? '') >= 4.5 }).toEqual({ name, enough: true })
  }
})

/** As WCAG defines it. */
function contrast(a: string, b: string): number {
  const [dark = 0, bright = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (bright + 0.05) / (dark + 0.05)
}

function luminance(colour: string): number {
  const digits = colour.length === 4 ? (colour.slice(1).match(/./g) ?? []).map((digit) => digit + digit) : (colour.slice(1).match(/../g) ?? [])
  const [red = 0, green = 0, blue = 0] = digits.map((digit) => {
    const value = Number.parseInt(digit, 16) / 255
    return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

test('one file is one file', () => {
  const model = history({ checks: [{ ...check(2, 10, 'files'), files: 1, findings: 1, notAnalysedFiles: 0 }] })
  for (const page of [markdown(model), html(model)]) expect(page).toContain('1 finding in 1 file, 0 not analysed')
})
