import { closeSync, ftruncate, ftruncateSync, openSync, write, writeSync } from 'node:fs'
import { promisify } from 'node:util'
import type { DiskStalls } from './disk-stalls.ts'
import type { Segment } from './segment.ts'

const truncateTo = promisify(ftruncate)
const writeSome = promisify(write)

/** The open file of a segment. A failed append leaves nothing of itself behind, because half a record must not stand in the middle of a file. */
export class SegmentFile {
  readonly segment: Segment
  readonly #file: number
  #isTorn = false

  constructor(path: string, sequence: number) {
    this.segment = { path, sequence, bytes: 0, holds: 0 }
    this.#file = openSync(path, 'ax', 0o600)
  }

  /** A failed append could not be cut off: nothing may be appended any more. */
  get isTorn(): boolean {
    return this.#isTorn
  }

  /** Appends at once, or in the background once the disk is found to stall. */
  append(buffer: Buffer, length: number, stalls: DiskStalls): Promise<void> | undefined {
    let count = 0
    try {
      count = this.#writeHere(buffer, length, stalls)
    } catch (error) {
      this.#cutOff()
      throw error
    }
    if (count < length) return this.#writeOnThread(buffer, count, length)
    this.segment.bytes += length
    return undefined
  }

  async empty(): Promise<void> {
    await truncateTo(this.#file, 0)
    this.segment.bytes = 0
  }

  close(): void {
    closeSync(this.#file)
  }

  /** Returns how many bytes were written before the disk was found to stall. */
  #writeHere(buffer: Buffer, length: number, stalls: DiskStalls): number {
    let count = 0
    let now = performance.now()
    while (count < length && !stalls.isStalledAt(now)) {
      const startedAt = now
      count += writeSync(this.#file, buffer, count, length - count)
      now = performance.now()
      stalls.observe(startedAt, now)
    }
    return count
  }

  async #writeOnThread(buffer: Buffer, from: number, length: number): Promise<void> {
    try {
      let count = from
      while (count < length) count += (await writeSome(this.#file, buffer, count, length - count)).bytesWritten
    } catch (error) {
      await truncateTo(this.#file, this.segment.bytes).catch(() => {
        this.#isTorn = true
      })
      throw error
    }
    this.segment.bytes += length
  }

  #cutOff(): void {
    try {
      ftruncateSync(this.#file, this.segment.bytes)
    } catch {
      this.#isTorn = true
    }
  }
}
