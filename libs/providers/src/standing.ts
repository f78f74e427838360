import type { LastFailure, Provider } from './provider.ts'

/** A model that is not asked of a provider at present. */
export interface PausedModel {
  readonly model: string
  readonly waitMs: number
  readonly reason: string | undefined
}

/** How a provider is, as far as the requests of this process have shown. */
export interface Standing {
  /** up: it gets its share. paused: some of its models are left alone for now. last: it mostly fails, and goes last. */
  readonly state: 'up' | 'paused' | 'last'
  readonly inFlight: number
  readonly paused: readonly PausedModel[]
  readonly lastFailure: LastFailure | undefined
}

export function standingOf({ condition, connection }: Provider, now: number): Standing {
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
