/** A process that takes jobs, says so, and never finishes one. */
import { runRepositoryCheck } from '@elder/contracts'
import { Health } from '@elder/lifecycle'
import { connectBroker, onJob } from '@elder/messaging'
import { testTelemetry } from '@elder/testkit'

const [, , url = '', durable = '', takeOverMs = ''] = process.argv
const broker = connectBroker({ url }, { telemetry: await testTelemetry('child'), dependency: new Health().depend('nats', { required: true }) })
broker.consume([
  onJob(
    runRepositoryCheck,
    durable,
    ({ checkId }) => {
      process.stdout.write(`${checkId}\n`)
      return new Promise(() => {})
    },
    { deadlineMs: 60_000, takeOverMs: Number(takeOverMs) },
  ),
])
setInterval(() => {}, 1_000)
