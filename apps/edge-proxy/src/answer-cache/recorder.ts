import type { AnswerTap } from '../generation/answer-tap.ts'

/** Larger answers are not stored. */
const largestAnswer = 1024 * 1024

/** Records an answer as it is relayed, up to a maximum size. */
export class Recorder implements AnswerTap {
  #chunks: Buffer[] = []
  #length = 0
  #isComplete = false

  take(chunk: Buffer): Buffer {
    this.#length += chunk.length
    // Copied, because a slice would keep the whole read buffer in memory.
    if (this.#length <= largestAnswer) this.#chunks.push(Buffer.from(chunk))
    else this.#chunks = []
    return chunk
  }

  end(): undefined {
    this.#isComplete = true
  }

  /** The whole answer; undefined when it broke off or was too long. */
  get answer(): Buffer | undefined {
    return this.#isComplete && this.#length > 0 && this.#length <= largestAnswer ? Buffer.concat(this.#chunks) : undefined
  }
}
