import type { Diagnostic } from '../finding.ts'

/** A diagnostic from an analysis of the whole repository, with its file. */
export interface PlacedDiagnostic extends Diagnostic {
  readonly path: string
}

/** A part of a check that could not be done; the message is the reason that the report gives. */
export class StageFailure extends Error {
  override readonly name = 'StageFailure'
}
