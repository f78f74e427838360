const firstBytes = 16 * 1024
const keptBytes = 1024 * 1024
const longestOfUnit = 3
const lineFeed = 10

/** Lines on their way into a file: bytes in one piece of memory that is used again and again. */
export class Lines {
  #bytes = Buffer.allocUnsafeSlow(firstBytes)
  #length = 0

  get bytes(): Buffer {
    return this.#bytes
  }

  get length(): number {
    return this.#length
  }

  /** Returns how many bytes the line takes. */
  add(line: string): number {
    const before = this.#length
    const needed = before + line.length * longestOfUnit + 1
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(needed)))
      this.#bytes.copy(larger, 0, 0, before)
      this.#bytes = larger
    }
    // Its end is written by itself: a text put together of two would be copied first.
    const end = before + this.#bytes.write(line, before)
    this.#bytes[end] = lineFeed
    this.#length = end + 1
    return this.#length - before
  }

  clear(): void {
    this.#length = 0
    if (this.#bytes.length > keptBytes) this.#bytes = Buffer.allocUnsafeSlow(firstBytes)
  }
}
