// What one call to the cache service may hold, and well below what one message may.
const maxItems = 256
const maxBytes = 16 * 1024 * 1024

/** Cuts a list into calls that the cache service takes. */
export function inBatches<T>(items: readonly T[], bytesOf: (item: T) => number = () => 0): T[][] {
  const batches: T[][] = []
  let bytes = 0
  for (const item of items) {
    const size = bytesOf(item)
    const current = batches.at(-1)
    if (current && current.length < maxItems && bytes + size <= maxBytes) {
      current.push(item)
      bytes += size
    } else {
      batches.push([item])
      bytes = size
    }
  }
  return batches
}
