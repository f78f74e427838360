import { describe, expect, it } from 'vitest'
import { excerpt, rank, type Candidate, type Term } from './ranking.ts'
import { createWords } from './words.ts'

const words = createWords()
const terms = (...asked: string[]): Term[] => words.of(asked.join(' ')).map((word) => ({ word, weight: 1, isPrefix: false }))
const candidate = (path: string, text: string, startLine = 1): Candidate => ({ repository: 'r', path, startLine, endLine: startLine + text.split('\n').length - 1, text })
const order = (asked: readonly Term[], ...candidates: Candidate[]) => rank(words, asked, candidates).map(({ path }) => path)

describe('rank', () => {
  it('puts the one that covers the question before the one that repeats a part of it', () => {
    const both = candidate('b.ts', 'retry the payment')
    const one = candidate('a.ts', 'retry retry retry retry retry retry')
    expect(order(terms('retry', 'payment'), one, both)).toEqual(['b.ts', 'a.ts'])
  })

  it('puts a definition before a use', () => {
    expect(order(terms('ledger'), candidate('a.ts', 'open(ledger)'), candidate('b.ts', 'export function ledger() {}'))).toEqual(['b.ts', 'a.ts'])
  })

  it('lets the path speak, and the file name most', () => {
    const text = 'const other = invoice'
    expect(order(terms('invoice'), candidate('src/a.ts', text), candidate('src/invoice.ts', text), candidate('invoice/a.ts', text))).toEqual(['src/invoice.ts', 'invoice/a.ts', 'src/a.ts'])
  })

  it('puts code before its tests, prose, settings and generated copies, unless tests are asked for', () => {
    const text = 'const other = invoice'
    const paths = ['src/x.ts', 'src/x.md', 'src/x.yaml', 'src/x.test.ts', 'dist/x.ts']
    expect(order(terms('invoice'), ...paths.toReversed().map((path) => candidate(path, text)))).toEqual(paths)
    expect(order(terms('invoice', 'test'), candidate('src/x.ts', text), candidate('src/x.test.ts', text))[0]).toBe('src/x.test.ts')
  })

  it('keeps the better of two overlapping neighbours', () => {
    const first = candidate('a.ts', 'invoice\ninvoice\nend', 1)
    const second = candidate('a.ts', 'end\nother\ninvoice', 3)
    expect(rank(words, terms('invoice'), [second, first])).toMatchObject([{ startLine: 1, score: 1 }])
  })

  it('breaks ties by repository, path and line, and drops what has nothing of the question', () => {
    const same = (path: string, line: number, repository = 'r') => ({ ...candidate(path, 'invoice', line), repository })
    const ranked = rank(words, terms('invoice'), [same('b.ts', 1), same('a.ts', 9), same('a.ts', 2), same('z.ts', 1, 'a'), candidate('c.ts', 'nothing')])
    expect(ranked.map(({ repository, path, startLine }) => `${repository} ${path}:${startLine}`)).toEqual(['a z.ts:1', 'r a.ts:2', 'r a.ts:9', 'r b.ts:1'])
  })

  it('counts longer words for a word that nothing has', () => {
    expect(order([{ word: 'authent', weight: 1, isPrefix: true }], candidate('a.ts', 'authenticator()'))).toEqual(['a.ts'])
    expect(order(terms('authent'), candidate('a.ts', 'authenticator()'))).toEqual([])
  })

  it('has nothing to order without candidates or terms', () => {
    expect(rank(words, terms('a'), [])).toEqual([])
    expect(rank(words, [], [candidate('a.ts', 'text')])).toEqual([])
  })
})

describe('excerpt', () => {
  const text = ['import x', '', 'const a = 1', '', '}', '/** Sends the invoice. */', 'export function sendInvoice() {', '  post(invoice)', '}', '', 'const z = 1'].join('\n')

  it('takes the lines that have most of what was asked, and says where they stand', () => {
    const lines = excerpt(words, terms('invoice'), { startLine: 101, text }, 4)
    expect(lines).toEqual({ startLine: 106, endLine: 109, text: text.split('\n').slice(5, 9).join('\n') })
  })

  it('is the whole when that is short', () => {
    expect(excerpt(words, terms('nothing'), { startLine: 1, text: 'one\ntwo' }, 8)).toEqual({ startLine: 1, endLine: 2, text: 'one\ntwo' })
  })
})
