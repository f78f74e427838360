import type { Seen } from '../fingerprint.ts'

/** An engine failed on one file. The message is shown to the caller as the file's reason. */
export class EngineFailure extends Error {
  override readonly name = 'EngineFailure'
  /** The diagnostics before the failure. */
  readonly seen: readonly Seen[]

  constructor(message: string, seen: readonly Seen[] = []) {
    super(message)
    this.seen = seen
  }
}
