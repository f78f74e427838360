import { describe, expect, it } from 'vitest'
import { writeAnswer, type Findings } from './answer.ts'

const nothing: Findings = { knowledge: [], code: [] }
const sages = (knowledge: string, rag: string) => [
  { name: 'knowledge', status: knowledge, tookMillis: 1 },
  { name: 'rag', status: rag, tookMillis: 1 },
]
const passage = { repository: 'shop', path: 'docs/guide.md', startLine: 3, endLine: 5, text: '```sh\nnpm test\n```', score: 1 }
const entry = { id: 'a1', version: 2, title: 'Test first\nalways', kind: 'convention', source: 'Retro\nof May', extract: 'One line.\n\nAnother.', score: 1 }

describe('writeAnswer', () => {
  it('fences code that has fences of its own', () => {
    const answer = writeAnswer({ ...nothing, code: [passage] }, sages('nothing', 'answered'), { repository: 'shop', isIndexed: true }).join('')
    expect(answer).toBe('**In the code**\n\n`docs/guide.md:3-5`\n````md\n```sh\nnpm test\n```\n````')
  })

  it('needs no language for a file without an extension', () => {
    const answer = writeAnswer({ ...nothing, code: [{ ...passage, path: 'Dockerfile', text: 'FROM scratch' }] }, sages('nothing', 'answered'), { repository: '', isIndexed: true }).join('')
    expect(answer).toContain('`Dockerfile:3-5` (shop)\n```\nFROM scratch\n```')
  })

  it('quotes knowledge under its title, on one line whatever the title holds', () => {
    const answer = writeAnswer({ ...nothing, knowledge: [entry] }, sages('answered', 'nothing'), { repository: 'shop', isIndexed: true }).join('')
    expect(answer).toBe('**What the team knows**\n\n- **Test first always** (convention, knowledge `a1` version 2)\n  > One line.\n  >\n  > Another.\n  > Source: Retro of May')
  })

  it.each([
    [{ repository: 'shop', isIndexed: true }, "nothing about this in the team's knowledge or in `shop`"],
    [{ repository: '', isIndexed: true }, 'or in the indexed repositories'],
    [{ repository: 'shop', isIndexed: false }, '`shop` is not indexed yet: run `elder index` in it.'],
    [{ repository: '', isIndexed: false }, 'No repository is indexed yet: run `elder index` in one.'],
  ])('says of %j where it looked and what helps', (asked, words) => {
    const answer = writeAnswer(nothing, sages('nothing', 'nothing'), asked).join('')
    expect(answer).toContain(words)
    expect(answer).toContain('elder knowledge add')
  })

  it('does not claim to have looked where a sage was missing', () => {
    const answer = writeAnswer(nothing, sages('nothing', 'failed'), { repository: 'shop', isIndexed: undefined }).join('')
    expect(answer).toMatch(/^I found nothing about this where I could look\./)
    expect(answer).toMatch(/_This answer is incomplete: rag failed\._$/)
  })

  it('names every missing sage and why', () => {
    const answer = writeAnswer({ ...nothing, knowledge: [entry] }, [...sages('answered', 'timed_out'), { name: 'task', status: 'failed', tookMillis: 1 }], { repository: 'shop', isIndexed: true }).join('')
    expect(answer).toContain('_This answer is incomplete: rag did not answer in time; task failed._')
  })
})
