import { afterEach, expect, test } from 'vitest'
import { analyse, type Engines } from '../src/analysis.ts'
import { EngineFailure } from '../src/engines/engine-failure.ts'
import { createWorkerPool, type WorkerPool } from '../src/engines/worker-pool.ts'
import type { Diagnostic } from '../src/finding.ts'
import { readSource, type SourceText } from '../src/source-file.ts'

const entry = new URL('./stand-ins/worker.ts', import.meta.url)
const opened: WorkerPool[] = []
afterEach(async () => {
  for (const pool of opened.splice(0)) await pool.close()
})

const found: Diagnostic = { engine: 'oxlint', rule: 'no-debugger', line: 1, column: 1, endLine: 1, endColumn: 2, message: '', fix: '' }

function enginesWith(oxlint: () => Promise<Diagnostic[]>): Engines {
  const pool = createWorkerPool({ entry, threads: 1, timeLimitMs: 10_000, startLimitMs: 10_000, onReplaced: () => undefined })
  opened.push(pool)
  return { pool, oxlint: { check: oxlint }, onBug: () => undefined }
}

function source(text: string): SourceText {
  const file = readSource('a.ts', Buffer.from(text))
  if (file.kind !== 'text') throw new Error(file.reason)
  return file
}

const look = (engines: Engines, text: string, told: string[] = []) => analyse(engines, source(text), { urgent: true, weight: 1 }, new AbortController().signal, (seen) => told.push(...seen.map(({ rule }) => rule)))
const rules = ({ seen }: { readonly seen: readonly Diagnostic[] }) => seen.map(({ rule }) => rule).sort()

test('a file on which our rules break still shows what the other engines see, and is not analysed', async () => {
  const analysis = await look(enginesWith(async () => [found]), 'broken')
  expect(analysis).toMatchObject({ status: 'not_analysed', gap: true, repeatable: false, reason: 'the engine crashed: broken on purpose' })
  expect(rules(analysis)).toEqual(['broken', 'no-debugger'])
})

test('a file on which oxlint breaks still shows what our rules see', async () => {
  const analysis = await look(enginesWith(() => Promise.reject(new EngineFailure('oxlint gave up after 3000 ms'))), 'fine')
  expect(analysis).toMatchObject({ status: 'not_analysed', reason: 'oxlint gave up after 3000 ms' })
  expect(rules(analysis)).toEqual(['fine'])
})

test('what one engine sees is told before the other has answered', async () => {
  const told: string[] = []
  const answer = Promise.withResolvers<Diagnostic[]>()
  const done = look(enginesWith(() => answer.promise), 'early', told)
  await expect.poll(() => told).toEqual(['early'])
  answer.resolve([found])
  expect(rules(await done)).toEqual(['early', 'no-debugger'])
  expect(told).toEqual(['early', 'no-debugger'])
})

test('a fault of ours in an engine costs its words, not the file', async () => {
  const analysis = await look(enginesWith(() => Promise.reject(new TypeError('x is undefined'))), 'fine')
  expect(analysis).toMatchObject({ status: 'not_analysed', reason: 'internal error' })
})
