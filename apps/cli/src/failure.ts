import { CommandError } from './command.ts'

export interface Failure {
  readonly message: string
  readonly mend: string | undefined
  readonly exitCode: number
}

/**
 * What a person is told about a failure. One that nobody foresaw keeps its stack: it is ours to mend.
 * `folder` is where a full disk is suspected when the failure names no file.
 */
export async function explainFailure(thrown: unknown, folder: string): Promise<Failure> {
  if (thrown instanceof CommandError) return thrown
  // Loaded only now: what follows is rare, and not on the way of a check.
  const [{ explainDiskFault }, { ServiceError }] = await Promise.all([import('@elder/backing'), import('@elder/errors')])
  const error = explainDiskFault(thrown, folder)
  if (error instanceof ServiceError) return { message: error.message, mend: undefined, exitCode: 1 }
  return { message: error instanceof Error ? (error.stack ?? error.message) : String(error), mend: undefined, exitCode: 1 }
}
