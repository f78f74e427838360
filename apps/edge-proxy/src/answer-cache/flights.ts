/** What came of wanting an answer: somebody else's, or the turn to ask and tell at the end what it was, or neither. */
export interface Turn<T> {
  readonly answer?: T
  readonly land?: (answer: T | undefined) => void
}

/** Answers that are on their way, so that whoever wants the same waits for them instead of asking once more. */
export interface Flights<T> {
  /** Waits while others ask. When one of them fails the first of those who waited has the turn, and the others wait for that one; whose time is over has nothing. */
  join(key: string, untilMs: number, signal: AbortSignal): Promise<Turn<T>>
}

export function createFlights<T>(now: () => number): Flights<T> {
  const flights = new Map<string, Promise<T | undefined>>()

  // Nobody comes in between who saw no flight and who begins one.
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
