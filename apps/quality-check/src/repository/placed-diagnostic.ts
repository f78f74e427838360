import type { Diagnostic } from '../finding.ts'

/** A diagnostic from an analysis of the whole repository, with its file. */
export interface PlacedDiagnostic extends Diagnostic {
  readonly path: string
}

/** A stage of a check failed; the message becomes the reason in the report. */
export class StageFailure extends Error {
  override readonly name = 'StageFailure'
}
