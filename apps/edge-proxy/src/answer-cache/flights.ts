/** The outcome of waiting for an answer: another request's answer, the turn to ask and report the answer at the end, or neither. */
export interface Turn<T> {
  readonly answer?: T
  readonly land?: (answer: T | undefined) => void
}

/** Running requests, so that equal requests wait for their answers instead of asking again (single flight). */
export interface Flights<T> {
  /** Waits while another request asks. If that fails, the first waiting request gets the turn and the others wait for it; a request that times out gets neither. */
  join(key: string, untilMs: number, signal: AbortSignal): Promise<Turn<T>>
}

export function createFlights<T>(now: () => number): Flights<T> {
  const flights = new Map<string, Promise<T | undefined>>()

  // No await between checking for a flight and starting one.
  function begin(key: string): Turn<T> {
    const { promise, resolve } = Promise.withResolvers<T | undefined>()
    flights.set(key, promise)
    return {
      land(answer) {
        flights.delete(key)
        resolve(answer)
      },
    }
  }

  return {
    async join(key, untilMs, signal) {
      for (;;) {
        const leftMs = untilMs - now()
        if (signal.aborted || leftMs <= 0) return {}
        const flight = flights.get(key)
        if (!flight) return begin(key)
        const answer = await within(flight, leftMs, signal)
        if (answer !== undefined) return { answer }
      }
    },
  }
}

function within<T>(flight: Promise<T | undefined>, ms: number, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve) => {
    const end = (answer: T | undefined) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', giveUp)
      resolve(answer)
    }
    const giveUp = () => end(undefined)
    const timer = setTimeout(giveUp, ms)
    signal.addEventListener('abort', giveUp)
    void flight.then(end)
  })
}
