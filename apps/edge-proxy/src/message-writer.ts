const varint = 0
const delimited = 2
const firstBytes = 16 * 1024
/** The size reserved for a message's length; `end` moves the message if it needs another. */
const lengthBytes = 2

/**
 * Encodes protobuf messages into one buffer without allocations. The generated encoders allocate an object for each
 * message, a BigInt for each number and a list of chunks. As in protobuf, default values are left out.
 *
 * A class: for V8 an object literal with accessors is a dictionary, and no call of its methods is optimized.
 */
export class MessageWriter {
  #bytes = Buffer.allocUnsafeSlow(firstBytes)
  #at = 0

  get bytes(): Uint8Array {
    return this.#bytes
  }

  get length(): number {
    return this.#at
  }

  /** Ensures capacity; the other methods do not check it. A text takes up to three bytes per UTF-16 unit, anything else up to twenty. */
  reserve(more: number): void {
    const needed = this.#at + more
    if (needed <= this.#bytes.length) return
    const larger = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(needed)))
    this.#bytes.copy(larger, 0, 0, this.#at)
    this.#bytes = larger
  }

  /** Begins a nested message; returns its start, for `end`. */
  begin(field: number): number {
    this.#tag(field, delimited)
    this.#at += lengthBytes
    return this.#at
  }

  end(start: number): void {
    const length = this.#at - start
    const moved = start - lengthBytes + (length < 2 ** 7 ? 1 : length < 2 ** 14 ? 2 : length < 2 ** 21 ? 3 : 4)
    if (moved !== start) this.#bytes.copyWithin(moved, start, this.#at)
    this.#at = start - lengthBytes
    this.#write(length)
    this.#at += length
  }

  text(field: number, value: string): void {
    if (value === '') return
    // Read once: V8 has several string representations, and looks the length up each time.
    const { length } = value
    this.#tag(field, delimited)
    const start = this.#at
    this.#write(length)
    for (let index = 0; index < length; index++) {
      const unit = value.charCodeAt(index)
      if (unit > 0x7f) {
        this.#at = start
        this.#write(Buffer.byteLength(value))
        this.#at += this.#bytes.write(value, this.#at)
        return
      }
      this.#bytes[this.#at++] = unit
    }
  }

  /** A non-negative integer. */
  number(field: number, value: number): void {
    if (!(value >= 1)) return
    this.#tag(field, varint)
    this.#write(Math.floor(value))
  }

  flag(field: number, value: boolean): void {
    if (!value) return
    this.#tag(field, varint)
    this.#write(1)
  }

  clear(): void {
    this.#at = 0
  }

  #tag(field: number, type: number): void {
    this.#write((field << 3) | type)
  }

  #write(value: number): void {
    let rest = value
    // JavaScript's bitwise operators work on 32 bits only.
    while (rest > 0x7fffffff) {
      this.#bytes[this.#at++] = (rest % 128) | 0x80
      rest = Math.floor(rest / 128)
    }
    while (rest > 0x7f) {
      this.#bytes[this.#at++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    this.#bytes[this.#at++] = rest
  }
}
