import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { z } from 'zod'

/** A provider of models that speaks the OpenAI protocol. */
export interface ProviderSettings {
  readonly name: string
  /** With /v1, without a slash at the end. */
  readonly baseUrl: string
  readonly key: string | undefined
  /** The only ids it is asked for; absent: any id that no other provider lists. */
  readonly models: readonly string[] | undefined
}

const providersFile = z.array(
  z.strictObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/i, 'must be letters, digits, dots, dashes or underscores'),
    baseUrl: z.url({ protocol: /^https?$/, error: 'must be an http or https address that ends in /v1' }),
    keyFile: z.string().min(1).optional(),
    models: z.array(z.string().min(1)).min(1, 'names no model: leave it out to send every model there').optional(),
  }),
)

/** Reads the providers and their keys; every fault goes to `fault`. No file: no providers. */
export function readProvidersFile(file: string, fault: (line: string) => void): readonly ProviderSettings[] {
  if (file === '') return []
  try {
    const parsed = providersFile.safeParse(JSON.parse(readFileSync(file, 'utf8')))
    if (!parsed.success) {
      for (const issue of parsed.error.issues) fault(`names ${file}, where ${issue.path.join('.') || 'the list'}: ${issue.message}`)
      return []
    }
    const twice = parsed.data.find(({ name }, index) => parsed.data.findIndex((other) => other.name === name) !== index)
    if (twice) fault(`names ${file}, where two providers are called ${twice.name}`)
    return parsed.data.map(({ name, baseUrl, keyFile, models }) => ({
      name,
      baseUrl: baseUrl.replace(/\/+$/, ''),
      key: keyFile === undefined ? undefined : readKey(name, resolve(dirname(file), keyFile), fault),
      models,
    }))
  } catch (error) {
    fault(`cannot be read as JSON: ${error instanceof Error ? error.message : String(error)}`)
    return []
  }
}

function readKey(provider: string, file: string, fault: (line: string) => void): string | undefined {
  try {
    const key = readFileSync(file, 'utf8').trim()
    // A line break inside would end the header it is sent in.
    if (/^[\x21-\x7e]+$/.test(key)) return key
    fault(`gives provider ${provider} the key file ${file}, which must hold one line of printable ASCII`)
  } catch (error) {
    fault(`gives provider ${provider} a key file that cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
  return undefined
}
