import type { Role } from '@elder/contracts/auth'
import { ServiceError } from '@elder/errors'
import { isPersonRole, type PersonRole } from './roles.ts'

/** The position and the size of a page of a list. */
export interface Page {
  readonly size: number
  /** The position of the last row of the previous page; undefined: start with the newest. */
  readonly before: bigint | undefined
}

const maxPageSize = 500
const maxRequestsPerMinute = 1_000_000
const latestExpiry = Date.UTC(2100, 0, 1)

export function readPage(request: { pageSize: number; cursor: string }): Page {
  const { pageSize, cursor } = request
  if (pageSize > maxPageSize) throw invalid('pageSize', `must be at most ${maxPageSize}, got ${pageSize}; ask for fewer and follow nextCursor`)
  const size = pageSize === 0 ? 50 : pageSize
  if (cursor === '') return { size, before: undefined }
  const position = cursor.length <= 40 ? /^at:(\d{1,18})$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1] : undefined
  if (position === undefined) throw invalid('cursor', `was not returned by a list, got ${quote(cursor)}; pass nextCursor unchanged, or leave it out to start from the beginning`)
  return { size, before: BigInt(position) }
}

/** The token that `readPage` accepts; empty when there is no next page. It is opaque to callers. */
export function cursorOf(next: bigint | undefined): string {
  return next === undefined ? '' : Buffer.from(`at:${next}`).toString('base64url')
}

export function readUserName(name: string, field: string): string {
  const normal = name.normalize('NFC')
  if (/^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._@+-]*$/u.test(normal) && normal.length <= 64 && !normal.endsWith(' ')) return normal
  throw invalid(field, `must be 1 to 64 letters, digits, spaces or . _ @ + - and begin with a letter or digit, got ${quote(name)}; for example "ann.lee"`)
}

export function readRole(role: Role): PersonRole {
  if (isPersonRole(role)) return role
  throw invalid('role', `must be ROLE_ADMIN, ROLE_LEAD or ROLE_DEVELOPER, got ${role}; services need no account, they sign their calls`)
}

export function readLabel(label: string): string {
  // Control characters and direction marks could make one key look like another in a terminal.
  if (label.length <= 100 && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(label)) return label
  throw invalid('label', `must be at most 100 printable characters, got ${label.length}: ${quote(label)}; shorten it or take control characters out`)
}

export function readExpiry(expiresAt: Date | undefined, now: Date): Date | undefined {
  if (expiresAt === undefined) return undefined
  const at = expiresAt.getTime()
  if (at > now.getTime() && at < latestExpiry) return expiresAt
  const shown = Number.isNaN(at) ? 'a time that cannot be read' : expiresAt.toISOString()
  throw invalid('expiresAt', `must lie in the future and before the year 2100, got ${shown}; leave it out for a key that does not expire`)
}

export function readRequestsPerMinute(count: number): number {
  if (count <= maxRequestsPerMinute) return count
  throw invalid('requestsPerMinute', `must be at most ${maxRequestsPerMinute}, got ${count}; 0 means the platform's default`)
}

export function readKeyId(keyId: string): string {
  if (/^[A-Za-z0-9]{8}$/.test(keyId)) return keyId
  // If a whole key is pasted here, the error message must not contain it.
  const shown = keyId.length > 16 ? `${keyId.length} characters` : quote(keyId)
  throw invalid('keyId', `must be the 8 letters and digits after "elder_", got ${shown}; see the id column of the list of keys`)
}

export function readUserId(userId: string): string {
  if (/^[0-9a-f-]{36}$/.test(userId)) return userId
  throw invalid('userId', `must be a user's id as the list of users shows it, got ${quote(userId)}`)
}

export function readTeamId(teamId: string): string {
  if (/^[0-9a-f-]{36}$/.test(teamId)) return teamId
  throw invalid('teamId', `must be a team's id as the list of teams shows it, got ${quote(teamId)}`)
}

/** The text of a filter; empty means any. */
export function readFilter(text: string, field: string): string | undefined {
  if (text.length > 200 || text.includes('\0')) throw invalid(field, `must be at most 200 characters, got ${text.length}: ${quote(text)}; filters match a whole value`)
  return text === '' ? undefined : text
}

export function invalid(field: string, problem: string): ServiceError {
  return new ServiceError('invalid_argument', `${field} ${problem}`, { field })
}

export function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}
