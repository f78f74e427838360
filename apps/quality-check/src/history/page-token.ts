import { ServiceError } from '@elder/errors'

/** Encodes the position of the next page as an opaque token. */
export function writePageToken(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

/** Returns an empty list for the first page. Throws invalid_argument for an invalid token. */
export function readPageToken(token: string, length: number): string[] {
  if (token === '') return []
  const parts = parse(Buffer.from(token, 'base64url').toString())
  if (!Array.isArray(parts) || parts.length !== length || !parts.every((part) => typeof part === 'string')) throw new ServiceError('invalid_argument', 'pageToken is none that this list gave: send next_page_token as it came', { field: 'pageToken' })
  return parts
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
