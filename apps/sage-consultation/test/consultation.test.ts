import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Role } from '@elder/contracts/auth'
import { personCall } from '@elder/rpc'
import { waitUntil } from '@elder/testkit'
import { as, developer, index, startSage, type RunningSage } from './running-sage.ts'

const retryCode = `import { budget } from './budget.ts'

/** Charges a card. */
export async function chargeCard(card: Card) {
  return gateway.charge(card)
}

/** Tries a failed payment again, at most three times a day. */
export async function retryFailedPayment(payment: Payment) {
  if (!budget.allows(payment)) return
  await chargeCard(payment.card)
}
`

describe('a consultation', () => {
  let sage: RunningSage
  let knowledgeId: string
  beforeAll(async () => {
    sage = await startSage()
    await index(sage, 'shop', [
      { path: 'src/payments/retry.ts', content: retryCode },
      { path: 'src/mail/invoice.ts', content: 'export function sendInvoice() {}\n' },
    ])
    const { knowledge } = await sage.knowledge.createKnowledge(
      { title: 'Failed payments are tried again three times', body: 'More retries only annoy the bank.', tags: [], source: 'Meeting of 2026-03-02', kind: 'decision' },
      developer(),
    )
    knowledgeId = knowledge?.id ?? ''
  })
  afterAll(() => sage.stop())

  const status = (consultation: { sages: { name: string; status: string }[] }) => Object.fromEntries(consultation.sages.map(({ name, status: own }) => [name, own]))
  const isSearching = async () => (await sage.sql(`select 1 from pg_stat_activity where wait_event_type = 'Lock' and application_name = 'sage-consultation' and query like '%c.search%'`)).length > 0
  const whileLocked = async (table: string, work: () => Promise<void>) => {
    const unlock = await sage.lock(table)
    try {
      await work()
    } finally {
      await unlock()
    }
  }

  it('answers from knowledge and code, with citations that the text names', async () => {
    const { texts, consultation } = await sage.consult({ question: 'Where do we retry failed payments?', repository: 'shop' })
    expect(texts.join('')).toBe(consultation.answer)
    expect(texts.length).toBeGreaterThan(2)
    expect(status(consultation)).toEqual({ knowledge: 'answered', rag: 'answered' })
    const [entry, code] = consultation.citations
    expect(entry).toMatchObject({ source: 'knowledge', id: knowledgeId, version: 1, title: 'Failed payments are tried again three times', score: 1 })
    expect(code).toMatchObject({ source: 'rag', repository: 'shop', path: 'src/payments/retry.ts', score: 1 })
    const lines = retryCode.split('\n').slice((code?.startLine ?? 0) - 1, code?.endLine)
    expect(lines.join('\n')).toContain('retryFailedPayment')
    expect(consultation.answer).toContain(`\`src/payments/retry.ts:${code?.startLine}-${code?.endLine}\``)
    expect(consultation.answer).toContain(lines.join('\n'))
    expect(consultation.answer).toContain(`**Failed payments are tried again three times** (decision, knowledge \`${knowledgeId}\` version 1)`)
  })

  it('asks every repository when none is named, and names where it found something', async () => {
    const { consultation } = await sage.consult({ question: 'sendInvoice' })
    expect(consultation.citations).toMatchObject([{ repository: 'shop', path: 'src/mail/invoice.ts' }])
    expect(consultation.answer).toContain('(shop)')
  })

  it('introduces the repository to who asks about nothing in particular', async () => {
    await index(sage, 'intro', [
      { path: 'docs/readme.md', content: '# Inner\n' },
      { path: 'README.md', content: '# Shop\n\nSells things.\n' },
      { path: 'src/know.ts', content: 'export const know = "about this repository"\n' },
    ])
    const { consultation } = await sage.consult({ question: 'What do you know about this repository?', repository: 'intro' })
    expect(consultation.citations).toMatchObject([{ source: 'knowledge' }, { path: 'README.md', startLine: 1, endLine: 3 }, { path: 'docs/readme.md' }])
    expect(consultation.answer).toContain('Sells things.')
  })

  it('quotes of a long entry what speaks to the question', async () => {
    const filler = Array.from({ length: 60 }, (_, n) => `Sentence number ${n} speaks of other matters.`).join(' ')
    const { knowledge } = await sage.knowledge.createKnowledge(
      { title: 'Long notes on storage', body: `${filler} The okapi ledger is kept for ten years. ${filler}`, tags: [], source: '', kind: 'convention' },
      developer(),
    )
    const { consultation } = await sage.consult({ question: 'how long is the okapi ledger kept?' })
    expect(consultation.citations[0]).toMatchObject({ id: knowledge?.id })
    expect(consultation.answer).toContain('> The okapi ledger is kept for ten years.')
    expect(consultation.answer.length).toBeLessThan(1_000)
    await sage.knowledge.deleteKnowledge({ id: knowledge?.id ?? '' }, developer())
  })

  it('stops when the caller leaves, and records nothing', async () => {
    const recorded = async () => (await sage.sql('select count(*)::int as count from consultations'))[0]?.count as number
    const before = await recorded()
    await whileLocked('chunks', async () => {
      const caller = new AbortController()
      const call = personCall({ subject: 'user-1', name: 'user-1', role: Role.ROLE_DEVELOPER, keyId: '' }, 'request-2', 20_000, caller.signal)
      const asking = sage.consult({ question: 'abandoned failed payments', repository: 'shop' }, call)
      const leave = waitUntil(isSearching).then(() => caller.abort())
      await Promise.all([expect(asking).rejects.toMatchObject({ code: 'cancelled' }), leave])
    })
    await sage.consult({ question: 'charge a card after all', repository: 'shop' })
    expect(await recorded()).toBe(before + 1)
  })

  it('says so when nothing is known, and what to do about it', async () => {
    const { consultation } = await sage.consult({ question: 'What is the capital of France?', repository: 'shop' })
    expect(consultation.citations).toEqual([])
    expect(status(consultation)).toEqual({ knowledge: 'nothing', rag: 'nothing' })
    expect(consultation.answer).toContain('nothing about this')
    expect(consultation.answer).toContain('elder knowledge add')
  })

  it('answers from knowledge in a repository that is not indexed, and says that it is not', async () => {
    const { consultation } = await sage.consult({ question: 'failed payments', repository: 'elsewhere' })
    expect(status(consultation)).toEqual({ knowledge: 'answered', rag: 'nothing' })
    expect(consultation.answer).toContain('`elsewhere` is not indexed yet: run `elder index` in it.')
  })

  it('answers the same question from the cache, however it is punctuated', async () => {
    const first = await sage.consult({ question: 'Who may charge a card?', repository: 'shop' })
    const second = await sage.consult({ question: '  who may CHARGE a card ', repository: 'shop' })
    expect([first.consultation.cached, second.consultation.cached]).toEqual([false, true])
    expect(second.consultation).toMatchObject({ answer: first.consultation.answer, citations: first.consultation.citations })
    expect(second.texts.join('')).toBe(second.consultation.answer)
    expect(second.consultation.id).not.toBe(first.consultation.id)
    expect([...sage.cache.tags]).toContain('sage:knowledge')
    expect((await sage.consult({ question: 'Who may charge a card?' })).consultation.cached).toBe(false)
  })

  it('never answers from the cache what a change of knowledge or code has made old', async () => {
    const ask = async () => (await sage.consult({ question: 'ptarmigan migration', repository: 'alps' })).consultation
    await index(sage, 'alps', [{ path: 'a.ts', content: 'export const marmot = 1\n' }])
    expect((await ask()).citations).toEqual([])
    expect((await ask()).cached).toBe(true)
    await index(sage, 'alps', [{ path: 'a.ts', content: 'export const ptarmiganMigration = 1\n' }])
    expect(await ask()).toMatchObject({ cached: false, citations: [{ path: 'a.ts' }] })
    const { knowledge } = await sage.knowledge.createKnowledge({ title: 'Ptarmigan migration is over', body: 'Since May.', tags: [], source: '', kind: 'lesson' }, developer())
    expect(await ask()).toMatchObject({ cached: false, citations: [{ source: 'knowledge' }, { path: 'a.ts' }] })
    await sage.knowledge.deleteKnowledge({ id: knowledge?.id ?? '' }, developer())
    expect(await ask()).toMatchObject({ cached: false, citations: [{ path: 'a.ts' }] })
  })

  it('goes on without a sage that is late, names it, and does not keep the half answer', async () => {
    await whileLocked('chunks', async () => {
      const { consultation } = await sage.consult({ question: 'late payments that failed', repository: 'shop', deadlineMillis: 600 })
      expect(status(consultation)).toEqual({ knowledge: 'answered', rag: 'timed_out' })
      expect(consultation.citations.map(({ source }) => source)).toEqual(['knowledge'])
      expect(consultation.answer).toContain('incomplete: rag did not answer in time')
      // What nobody waits for any more does not go on in the database.
      await waitUntil(async () => !(await isSearching()))
    })
    const { consultation } = await sage.consult({ question: 'late payments that failed', repository: 'shop' })
    expect(consultation).toMatchObject({ cached: false })
    expect(status(consultation)).toEqual({ knowledge: 'answered', rag: 'answered' })
  })

  it('goes on without a sage that fails, and names it', async () => {
    await sage.sql('alter table knowledge_versions rename to knowledge_versions_away')
    try {
      const { consultation } = await sage.consult({ question: 'failing: retry failed payments', repository: 'shop' })
      expect(status(consultation)).toEqual({ knowledge: 'failed', rag: 'answered' })
      expect(consultation.answer).toContain('incomplete: knowledge failed')
      const [event] = await sage.published('elder.sage.consultation_answered.v1', ({ consultationId }) => consultationId === consultation.id, 1)
      expect(event).toMatchObject({ missingSages: ['knowledge'] })
    } finally {
      await sage.sql('alter table knowledge_versions_away rename to knowledge_versions')
    }
  })

  it('is unavailable only when no sage answers', async () => {
    await whileLocked('chunks, knowledge', async () => {
      await expect(sage.consult({ question: 'nobody home', repository: 'shop', deadlineMillis: 400 })).rejects.toMatchObject({ code: 'unavailable', reason: 'NO_SAGE_ANSWERED', message: expect.stringContaining('knowledge did not answer in time, rag') })
    })
  })

  it('ends within the deadline of its call, whatever the request allows', async () => {
    await whileLocked('chunks', async () => {
      const call = personCall({ subject: 'user-1', name: 'user-1', role: Role.ROLE_DEVELOPER, keyId: '' }, 'request-1', 3_000)
      const { consultation } = await sage.consult({ question: 'hurried failed payments', repository: 'shop', deadlineMillis: 60_000 }, call)
      expect(status(consultation)).toEqual({ knowledge: 'answered', rag: 'timed_out' })
    })
  })

  it('is announced and recorded without what was asked', async () => {
    const { consultation } = await sage.consult({ question: 'Where is the secretive retryFailedPayment?', repository: 'shop' }, as(Role.ROLE_LEAD, 'user-9'))
    const [event] = await sage.published('elder.sage.consultation_answered.v1', ({ consultationId }) => consultationId === consultation.id, 1)
    expect(event).toMatchObject({ subject: 'user-9', repository: 'shop', citations: consultation.citations.length, missingSages: [], cached: false })
    const [row] = await sage.sql(`select * from consultations where id = '${consultation.id}'`)
    expect(row).toMatchObject({ subject: 'user-9', repository: 'shop' })
    expect(JSON.stringify([event, row])).not.toMatch(/secretive/i)
  })

  it.each([
    [{ question: '' }, 'question', 'is empty'],
    [{ question: '  \n ' }, 'question', 'is empty'],
    [{ question: 'x'.repeat(100_001) }, 'question', 'at most 100000'],
    [{ question: 'fine', repository: 'a\nb' }, 'repository', 'control characters'],
  ])('refuses %j', async (request, field, words) => {
    await expect(sage.consult(request)).rejects.toMatchObject({ code: 'invalid_argument', field, message: expect.stringContaining(words) })
  })

  it('takes a service for an asker', async () => {
    await expect(sage.consult({ question: 'payments', repository: 'shop' }, as(Role.ROLE_SERVICE, 'edge-proxy'))).resolves.toBeDefined()
  })
})

describe('a consultation while others are away', () => {
  let sage: RunningSage
  beforeAll(async () => {
    sage = await startSage()
    await index(sage, 'shop', [{ path: 'src/payments/retry.ts', content: retryCode }])
  })
  afterAll(() => sage.stop())

  it('says why it cannot start', async () => {
    await expect(sage.startAnother({ RPC_PORT: String(sage.rpcPort) })).rejects.toThrow(`cannot listen for RPC on 127.0.0.1:${sage.rpcPort}`)
  })

  const ask = (question: string) => sage.consult({ question, repository: 'shop' })

  it('needs no cache', async () => {
    await sage.cache.stop()
    const { consultation } = await ask('charge card')
    expect(consultation).toMatchObject({ cached: false, citations: [{ path: 'src/payments/retry.ts' }] })
  })

  it('needs no broker, and announces itself when the broker is back', async () => {
    await sage.backing.nats.stop()
    const { consultation } = await ask('retryFailedPayment')
    expect(consultation.citations).toHaveLength(1)
    await sage.backing.nats.start()
    await sage.published('elder.sage.consultation_answered.v1', ({ consultationId }) => consultationId === consultation.id, 1)
  })

  it('is unavailable without Postgres, is not ready, and recovers by itself', async () => {
    const ready = async () => (await fetch(`http://127.0.0.1:${sage.adminPort}/readyz`)).status
    await sage.backing.postgres.stop()
    await expect(ask('charge card again')).rejects.toMatchObject({ code: 'unavailable' })
    await waitUntil(async () => (await ready()) === 503)
    await sage.backing.postgres.start()
    await waitUntil(async () => (await ready()) === 200)
    const { consultation } = await waitUntil(() => ask('charge card again'))
    expect(consultation.citations).toHaveLength(1)
  })
})
