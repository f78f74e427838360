/**
 * Writes messages of protobuf one after the other into one piece of memory, as the generated encoders would, and makes nothing on the way:
 * those make an object for every part, a BigInt for every number and a list of chunks. Values that are absent or their type's zero are left out.
 */
export interface MessageWriter {
  readonly bytes: Uint8Array
  readonly length: number
  /** Makes room: nothing below asks for it. A text takes up to three bytes for each of its units, anything else up to twenty. */
  reserve(bytes: number): void
  /** Begins a message within; returns where, for `end`. */
  begin(field: number): number
  end(start: number): void
  text(field: number, value: string): void
  /** Whole, not negative. */
  number(field: number, value: number): void
  flag(field: number, value: boolean): void
  clear(): void
}

const varint = 0
const delimited = 2
const firstBytes = 16 * 1024
/** What most messages need for their length. */
const lengthBytes = 2

export function createMessageWriter(): MessageWriter {
  let bytes = Buffer.allocUnsafeSlow(firstBytes)
  let at = 0

  const write = (value: number) => {
    let rest = value
    // Beyond 31 bits the shifts of JavaScript would lose the rest.
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
      // Asked for once: V8 has many kinds of texts, and looks up each time how this one tells its length.
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
