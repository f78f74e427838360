import { CommandError } from './command.ts'

export interface Failure {
  readonly message: string
  readonly fix: string | undefined
  readonly exitCode: number
}

/**
 * Formats a failure for people. An unexpected one keeps its stack, because it is a bug.
 * `folder` is named for a full disk when the failure names no file.
 */
export async function explainFailure(thrown: unknown, folder: string): Promise<Failure> {
  if (thrown instanceof CommandError) return thrown
  // Loaded on demand, because failures are rare and a check should start fast.
  const [{ explainDiskFault }, { ServiceError }] = await Promise.all([import('@elder/backing'), import('@elder/errors')])
  const error = explainDiskFault(thrown, folder)
  if (error instanceof ServiceError) return { message: error.message, fix: undefined, exitCode: 1 }
  return { message: error instanceof Error ? (error.stack ?? error.message) : String(error), fix: undefined, exitCode: 1 }
}
