import { createHash } from 'node:crypto'
import type { FindSecret } from './secrets.ts'

export const maxFileBytes = 1024 * 1024

export type Admission = { readonly admitted: true; readonly text: string } | { readonly admitted: false; readonly reason: string }

const secretFile = /(^|\/)(\.env(\.(?!example|sample|template|dist)[^/]+)?|id_(rsa|dsa|ecdsa|ed25519)|\.netrc|\.pgpass|[^/]+\.(pem|key|p12|pfx|jks|keystore))$/

/** Decides whether a file may be indexed and quoted: text, not too large, and without secrets. */
export async function admit(path: string, content: Uint8Array, findSecret: FindSecret): Promise<Admission> {
  if (content.byteLength > maxFileBytes) return refused(`larger than 1 MB (${content.byteLength} bytes)`)
  if (secretFile.test(path)) return refused('its name marks a file of secrets')
  if (content.includes(0)) return refused('binary: it has a NUL byte')
  const text = decode(content)
  if (text === undefined) return refused('not UTF-8 text')
  const secret = await findSecret(path, text)
  return secret === undefined ? { admitted: true, text } : refused(`contains a secret (${secret})`)
}

export function sha256Of(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

function refused(reason: string): Admission {
  return { admitted: false, reason }
}

function decode(content: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content)
  } catch {
    return undefined
  }
}
