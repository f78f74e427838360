import type { LastFailure, Provider } from './provider.ts'

/** A model that gets no requests at a provider at the moment. */
export interface PausedModel {
  readonly model: string
  readonly waitMs: number
  readonly reason: string | undefined
}

/** A provider's health, as seen by the requests of this process. */
export interface ProviderStatus {
  /** up: it gets its share of requests. paused: some of its models get none for now. last: most requests fail, so it is tried after all others. */
  readonly state: 'up' | 'paused' | 'last'
  readonly inFlight: number
  readonly paused: readonly PausedModel[]
  readonly lastFailure: LastFailure | undefined
}

export function providerStatus({ condition, connection }: Provider, now: number): ProviderStatus {
  const paused = [...condition.circuits].flatMap(([model, circuit]): PausedModel[] => {
    const waitMs = circuit.waitMs(now)
    return circuit.isOpen || waitMs > 0 ? [{ model, waitMs, reason: circuit.cause?.reason }] : []
  })
  const { lastFailure } = condition
  return {
    state: condition.ejection.isEjected(now) ? 'last' : paused.length > 0 ? 'paused' : 'up',
    inFlight: connection.inFlight,
    paused,
    lastFailure,
  }
}
