import { fstatSync, readSync } from 'node:fs'
import { RandomAccessReader } from 'yauzl'

const blockBytes = 1_048_576
// A zip is read in two places by turns: its directory at the end, and the entries.
const mostBlocks = 2

interface Block {
  readonly start: number
  readonly bytes: Buffer
}

/** Reads a file in large blocks, because a zip is asked for a few bytes at a time. Whoever opened the file closes it. */
export class BlockReader extends RandomAccessReader {
  readonly size: number
  readonly #file: number
  /** The one used last comes first. */
  #blocks: readonly Block[] = []

  constructor(file: number) {
    super()
    this.#file = file
    this.size = fstatSync(file).size
  }

  /** Only valid until the next call. Throws where the file ends before. */
  bytes(position: number, length: number): Buffer {
    const block = this.#blocks.find(({ start, bytes }) => start <= position && position + length <= start + bytes.length) ?? this.#readBlock(position, length)
    this.#blocks = [block, ...this.#blocks.filter((each) => each !== block)].slice(0, mostBlocks)
    return block.bytes.subarray(position - block.start, position - block.start + length)
  }

  #readBlock(start: number, length: number): Block {
    const space = Buffer.allocUnsafe(Math.max(length, Math.min(blockBytes, this.size - start)))
    let filled = 0
    for (let read = -1; filled < space.length && read !== 0; filled += read) read = readSync(this.#file, space, filled, space.length - filled, start + filled)
    if (filled < length) throw new Error('unexpected end of the file')
    return { start, bytes: space.subarray(0, filled) }
  }

  override read(buffer: Buffer, offset: number, length: number, position: number, callback: (error: Error | null) => void): void {
    let failure: Error | null = null
    try {
      this.bytes(position, length).copy(buffer, offset)
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error))
    }
    // Never called at once: for each entry, the next is read from within.
    queueMicrotask(() => callback(failure))
  }
}
