import { KeyRevoked } from '@elder/contracts/auth-events'
import { Health } from '@elder/lifecycle'
import { connectBroker, type Broker, type FactBuffer } from '@elder/messaging'
import type { Telemetry } from '@elder/telemetry'
import { testTelemetry, waitUntil } from '@elder/testkit'

export interface TestBroker {
  readonly broker: Broker
  readonly health: Health
  readonly telemetry: Telemetry
}

/** A broker connection as a service has it. Everything made here is closed by `closeAll`. */
export async function openBroker(url: string, service = 'probe'): Promise<TestBroker> {
  const telemetry = await testTelemetry(service)
  const opened = openBrokerWith(url, telemetry)
  await waitUntil(() => opened.health.snapshot().dependencies[0]?.up)
  return opened
}

export function openBrokerWith(url: string, telemetry: Telemetry): TestBroker {
  const health = new Health()
  const broker = connectBroker({ url }, { telemetry, dependency: health.depend('nats', { required: true }) })
  closers.push(() => broker.close())
  return { broker, health, telemetry }
}

const closers: (() => Promise<unknown>)[] = []

/** Closed after the test, before what was opened earlier. */
export function closeAfterwards(close: () => Promise<unknown>): void {
  closers.push(close)
}

export async function closeAll(): Promise<void> {
  for (let close = closers.pop(); close; close = closers.pop()) await close()
}

export const revoked = (keyId: string): KeyRevoked => KeyRevoked.fromPartial({ keyId })

export interface SpooledFact<A, E> {
  readonly id: string
  readonly accepted: A
  readonly ended: E | undefined
}

/** Buffers that hold facts as they came. */
export function buffersOf<A, E>(deliver: (facts: SpooledFact<A, E>[]) => Promise<void>): () => FactBuffer<A, E> {
  return () => {
    const facts: SpooledFact<A, E>[] = []
    return {
      add: (id, accepted, ended) => void facts.push({ id, accepted, ended }),
      get bytes() {
        return facts.length
      },
      send: (from, to) => deliver(facts.slice(from, to)),
      clear: () => void (facts.length = 0),
    }
  }
}
