/** What producers push while one consumer reads: in order, all that has come at once, until it is closed or failed. */
export interface EventQueue<T> extends AsyncIterable<readonly T[]> {
  push(event: T): void
  /** After what was pushed there is nothing more. */
  close(): void
  /** The reader throws this once it has read what was pushed before. */
  fail(error: unknown): void
}

export function createEventQueue<T>(): EventQueue<T> {
  let events: T[] = []
  let end: { readonly error: unknown } | 'closed' | undefined
  let wake = () => {}
  const finish = (how: typeof end) => {
    end ??= how
    wake()
  }
  return {
    push(event) {
      events.push(event)
      wake()
    },
    close: () => finish('closed'),
    fail: (error) => finish({ error }),
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const ready = events
        events = []
        if (ready.length > 0) yield ready
        if (events.length > 0) continue
        if (end === 'closed') return
        if (end !== undefined) throw end.error
        await new Promise<void>((resolve) => (wake = resolve))
      }
    },
  }
}
