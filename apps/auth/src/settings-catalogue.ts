// The submodule alone, without the code that calls providers.
import { parseProviderSettings } from '@elder/providers/settings'
import { redact } from '@elder/telemetry'
import { invalid, quote } from './input.ts'

const maxBytes = 256 * 1024

/** The settings and the validation of their values; null removes a setting. Throws invalid_argument for invalid values. */
const catalogue: Readonly<Record<string, (json: string) => unknown>> = { providers: parseProviderSettings }

export function readSettingName(name: string): string {
  if (Object.hasOwn(catalogue, name)) return name
  throw invalid('name', `must be one of ${Object.keys(catalogue).join(', ')}, got ${quote(name)}`)
}

export function readSettingValue(name: string, json: string): string {
  const bytes = Buffer.byteLength(json)
  if (bytes > maxBytes) throw invalid(name, `may have ${maxBytes} bytes, got ${bytes}; shorten it`)
  const value = parse(name, json)
  // The reader of the setting uses its default.
  if (value === null) return 'null'
  refuseSecrets(name, value)
  catalogue[name]?.(json)
  return json
}

function parse(name: string, json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (error) {
    throw invalid(name, `must be JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
}

const secretField = /^(?:api[-_]?|access[-_]?|private[-_]?|x-api-)?key$|^(?:[a-z]+[-_]?)?(?:secret|token|password|passphrase|credentials?)$|^(?:proxy-)?authorization$|^cookie$/i
const secretText = /\b(?:sk|pk|rk|ghp|gho|xox[abp])[-_][A-Za-z0-9_-]{16,}|\bAKIA[A-Z0-9]{16}\b|\bAIza[A-Za-z0-9_-]{30,}|-----BEGIN [A-Z ]*PRIVATE KEY/

/** Settings are read by every service, kept for ever and shown to admins, so they must not contain secrets. */
function refuseSecrets(name: string, value: unknown): void {
  const named = fieldOfSecret(value, name)
  if (named !== undefined) throw invalid(named, 'would keep a secret in a setting; write it to a file on the machine that needs it, and name the file in keyFile')
  // Checks the parsed text, because an escape sequence would hide a secret.
  const plain = JSON.stringify(value)
  if (redact(plain) !== plain || secretText.test(plain)) throw invalid(name, 'holds something that looks like a key or a password; write it to a file on the machine that needs it, and name the file in keyFile')
}

function fieldOfSecret(value: unknown, path: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  for (const [name, inner] of Object.entries(value)) {
    const field = Array.isArray(value) ? `${path}[${name}]` : `${path}.${name}`
    if (typeof inner === 'string' && secretField.test(name)) return field
    const deeper = fieldOfSecret(inner, field)
    if (deeper !== undefined) return deeper
  }
  return undefined
}
