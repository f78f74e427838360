/** A process that fills a spool as fast as it can and reports each record that was accepted, until it is killed. */
import { setTimeout as delay } from 'node:timers/promises'
import { openSpool } from '@elder/messaging'
import { testTelemetry } from '@elder/testkit'
import { buffersOf } from './support.ts'

const [, , directory = '', mode = ''] = process.argv
const spool = await openSpool<{ n: number }, { ok: boolean }>({
  directory,
  maxBytes: 64 << 20,
  telemetry: await testTelemetry('child'),
  // As with a broker that is away.
  createBuffer: buffersOf(() => Promise.reject(new Error('nobody takes it'))),
})
const say = (line: string) => process.stdout.write(`${line}\n`)
if (mode === 'hold') say('held')
if (mode === 'limited') {
  // The kernel's limit on the size of a file: unheard, its signal would end the process.
  process.on('SIGXFSZ', () => {})
  for (let n = 0; ; n++) {
    try {
      await spool.record(`fact-${n}`, { n }, { ok: true })
      say(`accepted fact-${n}`)
    } catch (error) {
      say(`refused fact-${n} ${String(error)}`)
      await delay(5)
    }
  }
}
for (let n = 0; mode !== 'hold'; n++) {
  await Promise.all([
    spool.accept(`open-${n}`, { n }).written.then(() => say(`open-${n}`)),
    spool.record(`done-${n}`, { n }, { ok: true }).then(() => say(`done-${n}`)),
  ])
}
setInterval(() => {}, 1_000)
