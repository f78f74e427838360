import type { Seen } from '../fingerprint.ts'

/** An engine gave no answer for one file, or only a part of it. Its message is the reason the caller reads. */
export class EngineFailure extends Error {
  override readonly name = 'EngineFailure'
  /** What it had said before. */
  readonly seen: readonly Seen[]

  constructor(message: string, seen: readonly Seen[] = []) {
    super(message)
    this.seen = seen
  }
}
