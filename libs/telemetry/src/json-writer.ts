const longestOfUnit = 6
const spare = 64

/** JSON piece by piece into memory, without a text that holds it. */
export class JsonWriter {
  readonly #firstBytes: number
  #bytes: Buffer
  #at = 0

  constructor(firstBytes: number) {
    this.#firstBytes = firstBytes
    this.#bytes = Buffer.allocUnsafeSlow(firstBytes)
  }

  /** As it is. */
  raw(text: string): void {
    // Read once: V8 has several string representations, and looks the length up each time.
    const { length } = text
    this.#reserve(length)
    for (let index = 0; index < length; index++) {
      const unit = text.charCodeAt(index)
      if (unit > 0x7f) {
        this.#at += this.#bytes.write(text.slice(index), this.#at)
        return
      }
      this.#bytes[this.#at++] = unit
    }
  }

  /** In quotes. */
  text(value: string): void {
    const { length } = value
    this.#reserve(length)
    const start = this.#at
    this.#bytes[this.#at++] = 0x22
    for (let index = 0; index < length; index++) {
      const unit = value.charCodeAt(index)
      // Quotes, backslashes, what is below a blank and what takes more than a byte.
      if (unit === 0x22 || unit === 0x5c || unit < 0x20 || unit > 0x7e) {
        this.#at = start + this.#bytes.write(JSON.stringify(value), start)
        return
      }
      this.#bytes[this.#at++] = unit
    }
    this.#bytes[this.#at++] = 0x22
  }

  /** Returns what was written. The caller owns it: the writer continues with a new buffer. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#at)
    this.#bytes = Buffer.allocUnsafeSlow(this.#firstBytes)
    this.#at = 0
    return taken
  }

  #reserve(units: number): void {
    const needed = this.#at + units * longestOfUnit + spare
    if (needed <= this.#bytes.length) return
    const larger = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(needed)))
    this.#bytes.copy(larger, 0, 0, this.#at)
    this.#bytes = larger
  }
}
