import { expect, test } from 'vitest'
import { rules } from '../../gen/rules.ts'
import type { Finding } from '../finding.ts'
import { readIgnoreComments } from '../ignore-comments.ts'
import { createIgnoring, expired } from './ignoring.ts'

// Its comments may have any form.
const unknown = { extension: '.unknown', bareName: '' }
const now = new Date('2027-01-10T12:00:00Z')
const [rule = ''] = rules.map(({ id }) => id)
const on = (line: number, name = `elder/${rule}`) => ({ rule: name, line }) as Finding
const silenced = (text: string, maxDays?: number, name?: string) => {
  const { comments } = readIgnoreComments(text, unknown)
  const ignoring = createIgnoring(comments, maxDays, now)
  return text.split('\n').flatMap((_, index) => (ignoring.reasonFor(on(index + 1, name)) === undefined ? [] : [index + 1]))
}

test.each([
  ['the line after it', `// elder-ignore ${rule} -- checked by the caller\nx\ny\n`, [1, 2]],
  ['its own line', `x // elder-ignore ${rule} -- checked by the caller\ny\n`, [1]],
  ['the next line of code', `# elder-ignore ${rule} -- checked by the caller\n\n# elder-ignore secretlint/github -- an example of the docs\nx\n`, [1, 4]],
  ['one of several', `/* elder-ignore oxlint/no-eval, ${rule} -- checked by the caller */\nx\n`, [1, 2]],
  ['a full name', `<!-- elder-ignore elder/${rule} -- checked by the caller -->\nx\n`, [1, 2]],
  ['in SQL', `-- elder-ignore ${rule} -- checked by the caller\nx\n`, [1, 2]],
  ['the whole file', `// elder-ignore-file ${rule} -- written by a generator of ours\nx\ny`, [1, 2, 3]],
  ['until its last day', `x // elder-ignore ${rule} -- the library is replaced until 2027-01-10\n`, [1]],
  ['no longer', `x // elder-ignore ${rule} -- the library is replaced until 2027-01-09\n`, []],
  ['nothing without a reason', `x // elder-ignore ${rule}\n`, []],
  ['nothing for a short one', `x // elder-ignore ${rule} -- ok\n`, []],
  ['nothing by another word', `x // elder-ignored ${rule} -- checked by the caller\n`, []],
])('a comment silences %s', (_what, text, lines) => {
  expect(silenced(text)).toEqual(lines)
})

test('a policy caps how long a comment may hold', () => {
  const until = (day: string) => `x // elder-ignore ${rule} -- the library is replaced${day}\n`
  expect([until(''), until(' until 2027-01-20'), until(' until 2027-02-20')].map((text) => silenced(text, 30))).toEqual([[], [1], []])
  const messages = [until(''), until(' until 2027-02-20'), until(' until 2027-01-01')].flatMap((text) => expired(readIgnoreComments(text, unknown).comments, 30, now)).map(({ message }) => message)
  expect(messages).toEqual([
    `the suppression of elder/${rule} names no end, and elder.yaml allows at most 30 days: add "until 2027-02-09" or an earlier day`,
    `the suppression of elder/${rule} holds until 2027-02-20, longer than the 30 days that elder.yaml allows`,
    `the suppression of elder/${rule} held until 2027-01-01`,
  ])
})

test.each([
  [`// elder-ignore ${rule}`, 'unexplained-suppression', `switches off elder/${rule} without a reason`],
  ['// elder-ignore -- whatever it may be', 'unexplained-suppression', 'switches rules off without naming one'],
  ['// elder-ignore oxlint/no-evil -- checked by the caller', 'unknown-suppression', 'oxlint/no-evil is not a rule: did you mean oxlint/no-eval?'],
  [`// elder-ignore ${rule} -- checked by the caller until 2027-13-01`, 'unknown-suppression', '2027-13-01 is no day'],
])('%s is a finding', (text, name, message) => {
  expect(readIgnoreComments(`x\n  ${text}\n`, unknown).problems).toMatchObject([{ engine: 'elder', rule: name, message, line: 2, column: 3 }])
})

test('what speaks of suppressions is silenced by none', () => {
  expect(silenced('x // elder-ignore elder/unexplained-suppression -- we know what we do\n', undefined, 'elder/unexplained-suppression')).toEqual([])
})

test('what a text holds switches nothing off, a comment does', () => {
  const place = { extension: '.ts', bareName: '' }
  const line = `elder-ignore ${rule} -- checked by the caller`
  expect(readIgnoreComments(`const text = '// ${line}'\n`, place)).toEqual({ comments: [], problems: [] })
  expect(readIgnoreComments(`const text = '' // ${line}\n`, place).comments).toHaveLength(1)
})
