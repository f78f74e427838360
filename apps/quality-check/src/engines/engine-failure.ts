/** An engine gave no answer for one file. Its message is the reason the caller reads. */
export class EngineFailure extends Error {
  override readonly name = 'EngineFailure'
}
