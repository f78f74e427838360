const longestOfUnit = 6
const spare = 64

/** JSON piece by piece into memory, without a text that holds it. */
export interface JsonWriter {
  readonly length: number
  /** As it is. */
  raw(text: string): void
  /** In quotes. */
  text(value: string): void
  /** Returns what was written. The caller owns it: the writer continues with a new buffer. */
  take(): Uint8Array
}

export function createJsonWriter(firstBytes: number): JsonWriter {
  let bytes = Buffer.allocUnsafeSlow(firstBytes)
  let at = 0

  const reserve = (units: number) => {
    const needed = at + units * longestOfUnit + spare
    if (needed <= bytes.length) return
    const larger = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(needed)))
    bytes.copy(larger, 0, 0, at)
    bytes = larger
  }
  return {
    get length() {
      return at
    },
    raw(text) {
      // Read once: V8 has several string representations, and looks the length up each time.
      const { length } = text
      reserve(length)
      for (let index = 0; index < length; index++) {
        const unit = text.charCodeAt(index)
        if (unit > 0x7f) {
          at += bytes.write(text.slice(index), at)
          return
        }
        bytes[at++] = unit
      }
    },
    text(value) {
      const { length } = value
      reserve(length)
      const start = at
      bytes[at++] = 0x22
      for (let index = 0; index < length; index++) {
        const unit = value.charCodeAt(index)
        // Quotes, backslashes, what is below a blank and what takes more than a byte.
        if (unit === 0x22 || unit === 0x5c || unit < 0x20 || unit > 0x7e) {
          at = start + bytes.write(JSON.stringify(value), start)
          return
        }
        bytes[at++] = unit
      }
      bytes[at++] = 0x22
    },
    take() {
      const taken = bytes.subarray(0, at)
      bytes = Buffer.allocUnsafeSlow(firstBytes)
      at = 0
      return taken
    },
  }
}
