import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ServiceError } from '@elder/errors'
import { openSpool, type OpenFact, type Spool } from '@elder/messaging'
import { testTelemetry, waitUntil } from '@elder/testkit'
import { closeAfterwards, closeAll, buffersOf, type SpooledFact } from './support.ts'

type Fact = SpooledFact<{ n: number }, { ok: boolean }>
type Open = OpenFact<{ n: number }, { ok: boolean }>

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'elder-spool-'))
})
afterEach(async () => {
  await closeAll()
  rmSync(directory, { recursive: true, force: true })
})

async function open(deliver: (facts: readonly Fact[]) => Promise<void>, options: { maxBytes?: number; directory?: string } = {}): Promise<Spool<Fact['accepted'], { ok: boolean }>> {
  const spool = await openSpool<Fact['accepted'], { ok: boolean }>({ directory, maxBytes: 64 << 20, telemetry: await testTelemetry('probe'), createBuffer: buffersOf(deliver), ...options })
  closeAfterwards(() => spool.close())
  return spool
}
const into = (facts: Fact[]) => async (told: readonly Fact[]) => void facts.push(...told)
const refuse = () => Promise.reject(new Error('nobody takes it'))
const segments = () => readdirSync(directory).filter((name) => name.endsWith('.segment'))

/** Resolves once the process has said something: how long it takes to begin is nobody's concern here. */
async function startChild(mode: string, under: string[] = []): Promise<{ child: ChildProcess; said: string[] }> {
  const [command, ...args] = [...under, process.execPath, join(import.meta.dirname, 'spool-child.ts'), directory, mode]
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const said: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => said.push(line))
  closeAfterwards(async () => void child.kill('SIGKILL'))
  await waitUntil(() => said.length > 0, { timeoutMs: 25_000, message: 'the process to begin' })
  return { child, said }
}

async function kill(child: ChildProcess): Promise<void> {
  const closed = once(child, 'close')
  child.kill('SIGKILL')
  await closed
}

test('delivers facts in the order in which they ended', async () => {
  const facts: Fact[] = []
  const spool = await open(into(facts))
  const [first, , third] = ['first', 'second', 'third'].map((id, n) => spool.accept(id, { n })) as [Open, Open, Open]
  await third.written
  spool.end(third, { ok: true })
  spool.end(first, { ok: false })
  await waitUntil(() => facts.length === 2)
  expect(facts).toMatchObject([
    { id: 'third', accepted: { n: 2 }, ended: { ok: true } },
    { id: 'first', accepted: { n: 0 }, ended: { ok: false } },
  ])
  expect(spool.pendingBytes).toBeGreaterThan(0)
})

test('writes what was accepted in the turn of the event loop in which it was accepted', async () => {
  const spool = await open(refuse)
  const order: string[] = []
  const turn = new Promise((resolve) => setImmediate(resolve)).then(() => order.push('turn over'))
  const written = [1, 2].map((n) => spool.accept(`${n}`, { n }).written.then(() => order.push(`${n} written`)))
  await Promise.all([turn, ...written])
  expect(order).toEqual(['1 written', '2 written', 'turn over'])
})

test('loses nothing that it accepted when the process is killed, and tells what never ended', async () => {
  const { child, said } = await startChild('fill')
  await waitUntil(() => said.length > 2_000)
  await kill(child)
  const facts: Fact[] = []
  await open(into(facts))
  await waitUntil(() => said.every((id) => facts.some((fact) => fact.id === id)))
  const byId = new Map(facts.map((fact) => [fact.id, fact]))
  expect(byId.size).toBe(facts.length)
  for (const id of said) expect(byId.get(id)?.ended).toEqual(id.startsWith('done') ? { ok: true } : undefined)
})

test('delivers an open fact of an earlier life only after those that ended', async () => {
  const before = await open(refuse)
  await before.accept('open', { n: 1 }).written
  await before.record('ended', { n: 2 }, { ok: true })
  await before.close()
  const facts: Fact[] = []
  await open(into(facts))
  await waitUntil(() => facts.length === 2)
  expect(facts.map(({ id, ended }) => [id, ended])).toEqual([
    ['ended', { ok: true }],
    ['open', undefined],
  ])
})

test('reads past a record that a kill tore in the middle', async () => {
  const before = await open(refuse)
  await before.record('whole', { n: 1 }, { ok: true })
  await before.record('torn', { n: 2 }, { ok: true })
  await before.close()
  const [name = ''] = segments()
  const file = join(directory, name)
  truncateSync(file, statSync(file).size - 7)
  const facts: Fact[] = []
  const spool = await open(into(facts))
  await spool.record('next', { n: 3 }, { ok: true })
  await waitUntil(() => facts.some(({ id }) => id === 'next'))
  expect(facts.map(({ id }) => id)).toEqual(['whole', 'next'])
})

test('does not deliver again what it noted as delivered', async () => {
  const facts: Fact[] = []
  const spool = await open(into(facts))
  await spool.accept('held', { n: 0 }).written
  await spool.record('delivered', { n: 1 }, { ok: true })
  await waitUntil(() => segments().some((name) => readFileSync(join(directory, name), 'utf8').includes('{"t":[0,0]}')))
  // The files as a kill would leave them now.
  const copy = mkdtempSync(join(tmpdir(), 'elder-spool-'))
  closeAfterwards(async () => rmSync(copy, { recursive: true }))
  for (const name of segments()) writeFileSync(join(copy, name), readFileSync(join(directory, name)))
  const again: Fact[] = []
  await open(into(again), { directory: copy })
  await waitUntil(() => again.length > 0)
  expect(again.map(({ id }) => id)).toEqual(['held'])
})

test('notes deliveries out of order, and continues the numbering of an earlier run', async () => {
  const copyOf = (from: string): string => {
    const copy = mkdtempSync(join(tmpdir(), 'elder-spool-'))
    closeAfterwards(async () => rmSync(copy, { recursive: true }))
    for (const name of readdirSync(from).filter((file) => file.endsWith('.segment'))) writeFileSync(join(copy, name), readFileSync(join(from, name)))
    return copy
  }
  const textOf = (folder: string) => readdirSync(folder).filter((file) => file.endsWith('.segment')).map((name) => readFileSync(join(folder, name), 'utf8')).join('')
  const stubborn = (facts: Fact[]) => async (told: readonly Fact[]) => {
    if (told.some(({ id }) => id.startsWith('stubborn'))) throw new Error('not this one')
    facts.push(...told)
  }
  const first: Fact[] = []
  const spool = await open(stubborn(first))
  const ids = ['one', 'two', 'stubborn-1', 'three', 'four']
  await Promise.all(ids.map((id, n) => spool.record(id, { n }, { ok: true })))
  await waitUntil(() => first.length === 4)
  await waitUntil(() => /"t":\[.*4\]/.test(textOf(directory)))

  const second: Fact[] = []
  const later = copyOf(directory)
  const again = await open(stubborn(second), { directory: later })
  await again.record('five', { n: 5 }, { ok: true })
  await waitUntil(() => second.length === 1)
  await waitUntil(() => textOf(later).includes('{"t":[5,5]}'))

  const third: Fact[] = []
  await open(into(third), { directory: copyOf(later) })
  await waitUntil(() => third.length > 0)
  expect([first, second, third].map((facts) => facts.map(({ id }) => id).toSorted())).toEqual([['four', 'one', 'three', 'two'], ['five'], ['stubborn-1']])
})

test('delivers what a version that noted ids has left', async () => {
  const lines = [{ id: 'told', a: { n: 1 }, e: { ok: true } }, { id: 'ended', a: { n: 2 } }, { id: 'open', a: { n: 3 } }, { id: 'ended', e: { ok: false } }, { d: ['told'] }]
  writeFileSync(join(directory, '000000000001.segment'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  const facts: Fact[] = []
  const spool = await open(into(facts))
  await waitUntil(() => facts.length === 2)
  expect(facts.map(({ id, ended }) => [id, ended])).toEqual([
    ['ended', { ok: false }],
    ['open', undefined],
  ])
  await spool.close()
  expect(readdirSync(directory)).toEqual([])
})

test('leaves in its file what cannot be encoded, and delivers the rest', async () => {
  const lines = [{ id: 'foreign', a: {}, e: { ok: true } }, { id: 'good', a: { n: 1 }, e: { ok: true } }]
  writeFileSync(join(directory, '000000000001.segment'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  const facts: Fact[] = []
  const createBuffer = () => {
    const buffer = buffersOf<Fact['accepted'], { ok: boolean }>(into(facts))()
    return Object.assign(Object.create(buffer) as typeof buffer, { add: (id: string, accepted: Fact['accepted'], ended: { ok: boolean } | undefined) => buffer.add(id, { n: Number(accepted.n.toFixed()) }, ended) })
  }
  const spool = await openSpool<Fact['accepted'], { ok: boolean }>({ directory, maxBytes: 64 << 20, telemetry: await testTelemetry('probe'), createBuffer })
  closeAfterwards(() => spool.close())
  await spool.record('new', { n: 2 }, { ok: true })
  await waitUntil(() => facts.length === 2)
  expect(facts.map(({ id }) => id)).toEqual(['good', 'new'])
  await waitUntil(() => spool.pendingBytes === 0)
  await spool.close()
  expect(readFileSync(join(directory, '000000000001.segment'), 'utf8')).toContain('foreign')
})

test('delivers from memory what ends while the disk is gone, refuses more, and continues when it is back', async () => {
  const facts: Fact[] = []
  const spool = await open(into(facts), { maxBytes: 800 })
  const id = `open-${'x'.repeat(100)}`
  const fact = spool.accept(id, { n: 1 })
  await fact.written
  rmSync(directory, { recursive: true })
  writeFileSync(directory, '')
  spool.end(fact, { ok: true })
  await expect(spool.accept('refused', { n: 2 }).written).rejects.toMatchObject({ code: 'unavailable', reason: 'SPOOL_UNWRITABLE' })
  await expect(spool.record('refused', { n: 2 }, { ok: true })).rejects.toMatchObject({ code: 'unavailable' })
  await waitUntil(() => facts.length === 1)
  rmSync(directory)
  await spool.record('next', { n: 3 }, { ok: true })
  await waitUntil(() => facts.length === 2)
  expect(facts.map(({ id: told, ended }) => [told, ended])).toEqual([
    [id, { ok: true }],
    ['next', { ok: true }],
  ])
  await waitUntil(() => spool.pendingBytes === 0)
  await spool.close()
  expect(readdirSync(directory)).toEqual([])
})

test('refuses more when it is full, says when to come back, and takes facts again once it is delivered', async () => {
  let away = true
  const facts: Fact[] = []
  const spool = await open((told) => (away ? refuse() : into(facts)(told)), { maxBytes: 20_000 })
  let accepted = 0
  const fill = async () => {
    for (;;) await spool.record(`fact-${accepted}`, { n: accepted }, { ok: true }).then(() => accepted++)
  }
  await expect(fill()).rejects.toMatchObject({ code: 'resource_exhausted', reason: 'SPOOL_FULL', retryAfterMs: 1_000 })
  expect(accepted).toBeGreaterThan(100)
  away = false
  await waitUntil(() => facts.length === accepted)
  await waitUntil(() => spool.pendingBytes === 0)
  await waitUntil(() => spool.record('afterwards', { n: 0 }, { ok: true }).then(() => true))
})

test('ends what was accepted even when it is full', async () => {
  const spool = await open(refuse, { maxBytes: 2_000 })
  const fact = spool.accept('open', { n: 0 })
  await fact.written
  const fill = async () => {
    for (let n = 0; ; n++) await spool.record(`fact-${n}`, { n }, { ok: true })
  }
  await expect(fill()).rejects.toMatchObject({ code: 'resource_exhausted' })
  spool.end(fact, { ok: true })
})

test('deletes its files as their facts are delivered, but not one in which a fact is still open', async () => {
  const facts: Fact[] = []
  const spool = await open(into(facts), { maxBytes: 40_000 })
  const fact = spool.accept('open', { n: 0 })
  await fact.written
  const [first] = segments()
  for (let n = 0; n < 1_000; n++) await waitUntil(() => spool.record(`fact-${n}`, { n }, { ok: true }).then(() => true))
  await waitUntil(() => facts.length === 1_000)
  expect(segments().length).toBeLessThan(4)
  expect(segments()).toContain(first)
  spool.end(fact, { ok: true })
  await waitUntil(() => facts.length === 1_001 && !segments().includes(first as string))
  await spool.close()
  expect(readdirSync(directory)).toEqual([])
})

test('tries a failing delivery again until it is taken, without holding up the others', async () => {
  const taken: string[] = []
  let refusals = 0
  const spool = await open(async (told) => {
    if (told.some(({ id }) => id === 'stubborn') && refusals++ < 9) throw new Error('not yet')
    taken.push(...told.map(({ id }) => id))
  })
  await spool.record('stubborn', { n: 0 }, { ok: true })
  const others = Array.from({ length: 100 }, (_, n) => `easy-${n}`)
  await Promise.all(others.map((id, n) => spool.record(id, { n }, { ok: true })))
  await waitUntil(() => taken.length >= 100)
  expect(taken.toSorted()).toEqual(others.toSorted())
  await waitUntil(() => taken.includes('stubborn'))
  expect(taken).toHaveLength(101)
})

test('hands out together what comes together, and all of it again after an outage', async () => {
  const told: string[][] = []
  const spool = await open(async (facts) => {
    told.push(facts.map(({ id }) => id))
    if (told.length < 3) throw new ServiceError('unavailable', 'the broker is away')
  })
  const ids = Array.from({ length: 50 }, (_, n) => `fact-${n}`)
  await Promise.all(ids.map((id, n) => spool.record(id, { n }, { ok: true })))
  await waitUntil(() => told.length === 3)
  expect(told).toEqual([ids, ids, ids])
})

test('delivers what it has when it closes', async () => {
  const facts: Fact[] = []
  const spool = await open(into(facts))
  const records = Array.from({ length: 500 }, (_, n) => spool.record(`fact-${n}`, { n }, { ok: true }))
  await Promise.all(records)
  await spool.close()
  expect(facts).toHaveLength(500)
  expect(() => spool.accept('late', { n: 0 })).toThrow('the service is stopping')
})

test('refuses a directory that another process holds, and takes over the lock of a dead one', async () => {
  const { child, said } = await startChild('hold')
  await waitUntil(() => said.includes('held'))
  await expect(open(refuse)).rejects.toThrow(`in use by process ${child.pid}`)
  await kill(child)
  const spool = await open(refuse)
  await spool.record('mine', { n: 0 }, { ok: true })
})

test('takes over the lock of another process that had its number, and one that was torn', async () => {
  writeFileSync(join(directory, 'lock'), JSON.stringify({ pid: process.pid, startedAt: '1' }))
  await (await open(refuse)).close()
  writeFileSync(join(directory, 'lock'), '{"pid":')
  await (await open(refuse)).close()
  expect(readdirSync(directory)).toEqual([])
})

test('refuses to end a fact twice', async () => {
  const spool = await open(refuse)
  const fact = spool.accept('one', { n: 0 })
  await fact.written
  spool.end(fact, { ok: true })
  expect(() => spool.end(fact, { ok: true })).toThrow('one is not an open fact')
})

test('says at its start that the directory cannot be written', async () => {
  const file = join(directory, 'file')
  writeFileSync(file, '')
  await expect(open(refuse, { directory: join(file, 'spool') })).rejects.toThrow(/cannot be written \(ENOTDIR\)\. Free or remount the disk/)
})

// A limit on the size of files stands in for a full disk: the kernel cuts a write short, then refuses, then is generous again.
test('refuses facts with a clear reason while the disk takes no more, and takes them again when it does', async () => {
  const { child, said } = await startChild('limited', ['sh', '-c', 'ulimit -S -f 64; exec "$@"', 'sh'])
  const isSaid = (start: string) => said.some((line) => line.startsWith(start))
  await waitUntil(() => isSaid('refused'))
  expect(said.findLast((line) => line.startsWith('refused'))).toContain(`the spool in ${directory} cannot be written: EFBIG`)
  const accepted = said.filter((line) => line.startsWith('accepted')).length
  execFileSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited'])
  await waitUntil(() => said.filter((line) => line.startsWith('accepted')).length > accepted + 100)
  await kill(child)

  const facts: Fact[] = []
  await open(into(facts))
  const promised = said.filter((line) => line.startsWith('accepted')).map((line) => line.split(' ')[1])
  await waitUntil(() => promised.every((id) => facts.some((fact) => fact.id === id)))
  const refused = new Set(said.filter((line) => line.startsWith('refused')).map((line) => line.split(' ')[1]))
  expect(facts.filter(({ id }) => refused.has(id))).toEqual([])
})
