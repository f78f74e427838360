interface Flight<T> {
  readonly result: Promise<T>
  readonly controller: AbortController
  passengers: number
}

/** Work asked for under one key at the same time is done once. It is given up when the last who waits for it has left. */
export function createSingleFlight<T>(): (key: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>) => Promise<T> {
  const flights = new Map<string, Flight<T>>()

  function board(key: string, work: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const existing = flights.get(key)
    if (existing !== undefined) return existing
    const controller = new AbortController()
    const flight: Flight<T> = { controller, passengers: 0, result: work(controller.signal).finally(() => land(key, flight)) }
    flights.set(key, flight)
    return flight
  }

  function land(key: string, flight: Flight<T>): void {
    if (flights.get(key) === flight) flights.delete(key)
  }

  return (key, signal, work) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      const flight = board(key, work)
      flight.passengers++
      const leave = () => {
        reject(signal.reason)
        if (--flight.passengers > 0) return
        land(key, flight)
        flight.controller.abort(signal.reason)
      }
      signal.addEventListener('abort', leave, { once: true })
      flight.result.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave))
    })
}
