const firstBytes = 16 * 1024
const keptBytes = 1024 * 1024
const longestOfUnit = 3
const lineFeed = 10

/** Lines on their way into a file: bytes in one piece of memory that is used again and again. */
export interface Lines {
  readonly bytes: Buffer
  readonly length: number
  /** Returns how many bytes the line takes. */
  add(line: string): number
  clear(): void
}

export function createLines(): Lines {
  let bytes = Buffer.allocUnsafeSlow(firstBytes)
  let length = 0
  return {
    get bytes() {
      return bytes
    },
    get length() {
      return length
    },
    add(line) {
      const needed = length + line.length * longestOfUnit + 1
      if (needed > bytes.length) {
        const larger = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(needed)))
        bytes.copy(larger, 0, 0, length)
        bytes = larger
      }
      const before = length
      // Its end is written by itself: a text put together of two would be copied first.
      length += bytes.write(line, length)
      bytes[length++] = lineFeed
      return length - before
    },
    clear() {
      length = 0
      if (bytes.length > keptBytes) bytes = Buffer.allocUnsafeSlow(firstBytes)
    },
  }
}
