import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { DiskStalls } from './disk-stalls.ts'
import { segmentPath, type Segment } from './segment.ts'
import { SegmentFile } from './segment-file.ts'

/** The files of the spool: records go to the current one, and each is deleted when nothing holds it any more. */
export class Segments {
  readonly #directory: string
  /** A segment of this size is followed by another. */
  readonly #segmentBytes: number
  readonly #live: Set<Segment>
  /** No longer needed, but the disk has not let go of them yet. */
  readonly #undeleted = new Set<Segment>()
  readonly #stalls = new DiskStalls()
  #current: SegmentFile | undefined
  #sequence: number
  #bytes: number

  constructor(directory: string, segmentBytes: number, leftover: readonly Segment[]) {
    this.#directory = directory
    this.#segmentBytes = segmentBytes
    this.#live = new Set(leftover)
    this.#sequence = leftover.reduce((highest, segment) => Math.max(highest, segment.sequence), 0)
    this.#bytes = leftover.reduce((sum, segment) => sum + segment.bytes, 0)
    for (const segment of leftover) this.#deleteIfDone(segment)
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Appends to the current segment, at once or in the background. A failure leaves nothing of the bytes behind. One call at a time. */
  append(buffer: Buffer, length: number): Segment | Promise<Segment> {
    if (this.#current && this.#current.segment.bytes >= this.#segmentBytes) this.close()
    const file = this.#current ?? this.#open()
    try {
      const written = file.append(buffer, length, this.#stalls)
      if (written) return this.#afterwards(file, written, length)
    } catch (error) {
      if (file.isTorn) this.close()
      throw error
    }
    this.#bytes += length
    return file.segment
  }

  hold(segment: Segment): void {
    segment.holds++
  }

  release(segment: Segment, holds: number): void {
    segment.holds -= holds
    this.#deleteIfDone(segment)
  }

  /** Empties the current segment. Only when nothing is held. */
  async reset(): Promise<void> {
    if (!this.#current) return
    const { bytes } = this.#current.segment
    if (bytes === 0) return
    await this.#current.empty()
    this.#bytes -= bytes
  }

  /** Ends the current segment. */
  close(): void {
    if (!this.#current) return
    const file = this.#current
    this.#current = undefined
    file.close()
    this.#deleteIfDone(file.segment)
  }

  #open(): SegmentFile {
    // The directory may have been deleted while the service ran.
    if (!existsSync(this.#directory)) mkdirSync(this.#directory, { recursive: true, mode: 0o700 })
    const sequence = ++this.#sequence
    this.#current = new SegmentFile(segmentPath(this.#directory, sequence), sequence)
    this.#live.add(this.#current.segment)
    return this.#current
  }

  async #afterwards(file: SegmentFile, written: Promise<void>, length: number): Promise<Segment> {
    try {
      await written
    } catch (error) {
      if (file.isTorn) this.close()
      throw error
    }
    this.#bytes += length
    return file.segment
  }

  #deleteIfDone(segment: Segment): void {
    if (segment.holds > 0 || segment === this.#current?.segment || !this.#live.delete(segment)) return
    this.#undeleted.add(segment)
    for (const one of this.#undeleted) {
      // A disk that refuses writes may refuse deletions too: they are tried again with the next segment.
      if (!remove(one.path)) continue
      this.#undeleted.delete(one)
      this.#bytes -= one.bytes
    }
  }
}

function remove(path: string): boolean {
  try {
    rmSync(path, { force: true })
    return true
  } catch {
    return false
  }
}
