/** CPU per spool record: N connections, each accepting and ending one fact after the other. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSpool, type FactBuffer } from '../../../libs/messaging/src/index.ts'
import { createTelemetry } from '../../../libs/telemetry/src/index.ts'

const facts = Number(process.argv[2] ?? 200_000)
const connections = Number(process.argv[3] ?? 100)
const directory = mkdtempSync(join(tmpdir(), 'elder-spool-bench-'))
const telemetry = await createTelemetry('bench', '0', { logLevel: 'warn', otlpEndpoint: undefined, sampleRatio: 1 })
const accepted = { at: Date.now(), subject: 'user:4f0c2a9e', keyId: 'abcd1234', method: 'POST', route: '/v1/chat/completions', client: 'continue-cli/1.5', traceId: 'a'.repeat(32) }
const ended = { status: 200, outcome: 1, micros: 1_234_567, promptTokens: 1_200, completionTokens: 340 }

const run = async (spool: boolean) => {
  let delivered = 0
  const createBuffer = (): FactBuffer<typeof accepted, typeof ended> => ({ bytes: 0, add() {}, clear() {}, send: async (from, to) => void (delivered += to - from) })
  const subject = await openSpool<typeof accepted, typeof ended>({ directory, maxBytes: 64 << 20, telemetry, createBuffer })
  const before = process.cpuUsage()
  const startedAt = performance.now()
  let next = 0
  const connection = async () => {
    for (let id = next++; id < facts; id = next++) {
      const fact = spool ? subject.accept(`fact-${id}`, accepted) : undefined
      if (fact) await fact.written
      else JSON.stringify({ id: `fact-${id}`, a: accepted })
      await new Promise((resolve) => setImmediate(resolve))
      if (fact) subject.end(fact, ended)
      else JSON.stringify({ id: `fact-${id}`, e: ended })
    }
  }
  await Promise.all(Array.from({ length: connections }, connection))
  const { user, system } = process.cpuUsage(before)
  const seconds = (performance.now() - startedAt) / 1_000
  await subject.close()
  return { seconds, microsPerRecord: (user + system) / (facts * 2), delivered }
}

try {
  const bare = await run(false)
  const spooled = await run(true)
  process.stdout.write(
    `${facts} facts, ${connections} connections, two records a fact\n` +
      `with the spool      ${spooled.microsPerRecord.toFixed(2)} us CPU a record (${Math.round((facts * 2) / spooled.seconds)} records/s, ${spooled.delivered} delivered)\n` +
      `same, JSON only     ${bare.microsPerRecord.toFixed(2)} us CPU a record\n` +
      `the spool itself    ${(spooled.microsPerRecord - bare.microsPerRecord).toFixed(2)} us CPU a record\n`,
  )
} finally {
  rmSync(directory, { recursive: true })
}
