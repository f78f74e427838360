/**
 * Encodes protobuf messages into one buffer without allocations. The generated encoders allocate an object for each
 * message, a BigInt for each number and a list of chunks. As in protobuf, default values are left out.
 */
export interface MessageWriter {
  readonly bytes: Uint8Array
  readonly length: number
  /** Ensures capacity; the other methods do not check it. A text takes up to three bytes per UTF-16 unit, anything else up to twenty. */
  reserve(bytes: number): void
  /** Begins a nested message; returns its start, for `end`. */
  begin(field: number): number
  end(start: number): void
  text(field: number, value: string): void
  /** A non-negative integer. */
  number(field: number, value: number): void
  flag(field: number, value: boolean): void
  clear(): void
}

const varint = 0
const delimited = 2
const firstBytes = 16 * 1024
/** The size reserved for a message's length; `end` moves the message if it needs another. */
const lengthBytes = 2

export function createMessageWriter(): MessageWriter {
  let bytes = Buffer.allocUnsafeSlow(firstBytes)
  let at = 0

  const write = (value: number) => {
    let rest = value
    // JavaScript's bitwise operators work on 32 bits only.
    while (rest > 0x7fffffff) {
      bytes[at++] = (rest % 128) | 0x80
      rest = Math.floor(rest / 128)
    }
    while (rest > 0x7f) {
      bytes[at++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    bytes[at++] = rest
  }
  const tag = (field: number, type: number) => write((field << 3) | type)

  return {
    get bytes() {
      return bytes
    },
    get length() {
      return at
    },
    reserve(more) {
      if (at + more <= bytes.length) return
      const larger = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(at + more)))
      bytes.copy(larger, 0, 0, at)
      bytes = larger
    },
    begin(field) {
      tag(field, delimited)
      at += lengthBytes
      return at
    },
    end(start) {
      const length = at - start
      const moved = start - lengthBytes + (length < 2 ** 7 ? 1 : length < 2 ** 14 ? 2 : length < 2 ** 21 ? 3 : 4)
      if (moved !== start) bytes.copyWithin(moved, start, at)
      at = start - lengthBytes
      write(length)
      at += length
    },
    text(field, value) {
      if (value === '') return
      // Read once: V8 has several string representations, and looks the length up each time.
      const { length } = value
      tag(field, delimited)
      const start = at
      write(length)
      for (let index = 0; index < length; index++) {
        const unit = value.charCodeAt(index)
        if (unit > 0x7f) {
          at = start
          write(Buffer.byteLength(value))
          at += bytes.write(value, at)
          return
        }
        bytes[at++] = unit
      }
    },
    number(field, value) {
      if (!(value >= 1)) return
      tag(field, varint)
      write(Math.floor(value))
    },
    flag(field, value) {
      if (!value) return
      tag(field, varint)
      write(1)
    },
    clear() {
      at = 0
    },
  }
}
