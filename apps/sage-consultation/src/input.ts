import { ServiceError } from '@elder/errors'

/** An error in the caller's input: names the field, the value and the fix. */
export function invalid(field: string, message: string): ServiceError {
  return new ServiceError('invalid_argument', `${field} ${message}`, { field })
}

/** A value in an error message: quoted and shortened. */
export function shown(value: string): string {
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 77).toWellFormed()}...` : value)
}

/** A required text with limits; NUL is rejected because Postgres cannot store it. */
export function requireText(field: string, value: string, maxCharacters: number): string {
  const text = value.trim()
  if (text === '') throw invalid(field, 'is empty; give it a text')
  return optionalText(field, text, maxCharacters)
}

export function optionalText(field: string, value: string, maxCharacters: number): string {
  if (value.length > maxCharacters) throw invalid(field, `has ${value.length} characters; at most ${maxCharacters} are allowed`)
  if (value.includes('\0')) throw invalid(field, 'has a NUL character; remove it')
  return value
}

const maxRepositoryCharacters = 512

export function requireRepository(value: string): string {
  if (value === '') throw invalid('repository', 'is empty; name the repository by its normalised origin URL or its folder')
  return optionalRepository(value)
}

/** Empty: all repositories. */
export function optionalRepository(value: string): string {
  if (value.length > maxRepositoryCharacters) throw invalid('repository', `has ${value.length} characters; at most ${maxRepositoryCharacters} are allowed`)
  if (/[\p{Cc}]/u.test(value) || value.trim() !== value) throw invalid('repository', `has control characters or blanks at its ends: ${shown(value)}; remove them`)
  return value
}

/** 0 means the fallback. */
export function boundedCount(field: string, value: number, fallback: number, max: number): number {
  if (value > max) throw invalid(field, `is ${value}; at most ${max} are given at once`)
  return value === 0 ? fallback : value
}

const maxPathBytes = 1_024

/** Requires a normalised relative path inside the repository. */
export function requirePath(field: string, path: string): void {
  const fault = pathFault(path)
  if (fault !== undefined) throw invalid(field, `${fault}: ${shown(path)}; use a path relative to the repository's root, with forward slashes`)
}

function pathFault(path: string): string | undefined {
  if (path === '') return 'is empty'
  if (Buffer.byteLength(path) > maxPathBytes) return `is longer than ${maxPathBytes} bytes`
  if (path.includes('\0')) return 'has a NUL character'
  if (path.includes('\\')) return 'has a backslash'
  if (path.startsWith('/') || /^[A-Za-z]:\//.test(path)) return 'is absolute'
  const steps = path.split('/')
  if (steps.includes('..')) return 'leads out of the repository'
  if (steps.includes('.') || steps.includes('')) return 'has an empty step'
  return undefined
}
