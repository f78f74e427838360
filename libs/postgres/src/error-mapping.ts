import { ServiceError, type Code } from '@elder/errors'

/** The code of each SQLSTATE or of its two-character class. The longer entry wins. */
const codeOfState: Readonly<Record<string, Code>> = {
  '08': 'unavailable',
  '22': 'invalid_argument',
  '23': 'invalid_argument',
  '23503': 'failed_precondition',
  '23505': 'already_exists',
  '25006': 'unavailable',
  '25P03': 'unavailable',
  '28': 'unavailable',
  '3D000': 'unavailable',
  '40001': 'aborted',
  '40P01': 'aborted',
  '53': 'unavailable',
  '55P03': 'aborted',
  '57': 'unavailable',
  '57014': 'deadline_exceeded',
  '58': 'unavailable',
}

const meaning: Partial<Record<Code, string>> = {
  unavailable: 'the database is unavailable',
  invalid_argument: 'the database refused a value',
  failed_precondition: 'something this refers to does not exist, or is still referred to',
  already_exists: 'the same entry already exists',
  aborted: 'the change collided with another one; try again',
  deadline_exceeded: 'the database took too long',
}

interface PostgresFault extends Error {
  readonly code?: string
  readonly constraint?: string
}

/** Maps the driver's error to a ServiceError. The error of a wrong statement is not mapped, because it is a bug of ours. */
export function translate(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || thrown instanceof ServiceError) return thrown
  const { code: state, constraint } = thrown as PostgresFault
  const code = codeOf(thrown, state)
  if (code === undefined) return thrown
  const where = constraint === undefined ? '' : ` (${constraint})`
  const why = code === 'unavailable' || state?.startsWith('22') ? `: ${reasonOf(thrown)}` : ''
  return new ServiceError(code, `${meaning[code] ?? code}${where}${why}`, { cause: thrown })
}

/** One line about why Postgres does not answer. The AggregateError of two refused addresses has no message itself. */
export function reasonOf(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return reasonOf(thrown.errors[0])
  if (thrown instanceof ServiceError && thrown.cause !== undefined) return reasonOf(thrown.cause)
  return thrown instanceof Error ? thrown.message : String(thrown)
}

export function isUnavailable(error: unknown): boolean {
  return error instanceof ServiceError && error.code === 'unavailable'
}

/** A serialisation failure or a deadlock: the same work may succeed when run again. */
export function isCollision(error: unknown): boolean {
  const state = error instanceof ServiceError && error.cause instanceof Error ? (error.cause as PostgresFault).code : undefined
  return state === '40001' || state === '40P01'
}

function codeOf(thrown: Error, state: string | undefined): Code | undefined {
  if (state !== undefined && /^[0-9A-Z]{5}$/.test(state)) return codeOfState[state] ?? codeOfState[state.slice(0, 2)]
  if (thrown.message === 'Query read timeout') return 'deadline_exceeded'
  if (state !== undefined && /^E[A-Z_]+$/.test(state)) return 'unavailable'
  // The driver reports lost connections only by their message.
  return /connection|timeout exceeded when trying to connect|not queryable/i.test(thrown.message) ? 'unavailable' : undefined
}
