/** Yields results as they come, whatever the order they were asked in. Throws with the first that fails. */
export async function* inOrderOfCompletion<T>(promises: readonly Promise<T>[]): AsyncGenerator<T, void, undefined> {
  const settled: (() => T)[] = []
  let wake = () => {}
  const settle = (read: () => T) => {
    settled.push(read)
    wake()
  }
  for (const promise of promises)
    promise.then(
      (value) => settle(() => value),
      (error: unknown) =>
        settle(() => {
          throw error
        }),
    )
  for (let left = promises.length; left > 0; left--) {
    if (settled.length === 0) await new Promise<void>((resolve) => (wake = resolve))
    const read = settled.shift()
    if (read !== undefined) yield read()
  }
}
