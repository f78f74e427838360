import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { writePrivately } from '@elder/backing'
import { AuthServiceDefinition, Role } from '@elder/contracts/auth'
import { ServiceError } from '@elder/errors'
import { connectRpc, personCall, serviceCall } from '@elder/rpc'
import { createTelemetry } from '@elder/telemetry'
import { formatCredentials, readCredentials, type Credentials } from '../credentials.ts'
import type { Places } from './places.ts'

const callTimeoutMs = 15_000
const caller = 'elder-cli'

/**
 * Writes .elder/credentials with an admin's and a developer's key, created at the first start. Keys that the platform no longer
 * knows, because its data was replaced, are created again.
 */
export async function ensureKeys(input: { checkout: string; places: Places; url: string; authAddress: string; principalSecretFile: string; version: string }): Promise<Credentials> {
  const { checkout, places, url, authAddress } = input
  const telemetry = await createTelemetry(caller, input.version, { logLevel: 'silent', otlpEndpoint: undefined, sampleRatio: 0 })
  const auth = connectRpc(AuthServiceDefinition, authAddress, { telemetry, principalSecret: readFileSync(input.principalSecretFile, 'utf8').trim() })
  try {
    const isKnown = async (key: string) => {
      try {
        await auth.verifyKey({ key }, serviceCall(caller, callTimeoutMs))
        return true
      } catch (error) {
        if (error instanceof ServiceError && (error.code === 'unauthenticated' || error.code === 'invalid_argument')) return false
        throw error
      }
    }
    const create = async (userName: string, role: Role) => {
      const principal = { subject: caller, name: 'elder up', role: Role.ROLE_ADMIN, keyId: '' }
      const { secret } = await auth.createKey({ userName, role, label: 'created by elder up', expiresAt: undefined, requestsPerMinute: 0 }, personCall(principal, randomUUID(), callTimeoutMs))
      return secret
    }
    const before = readCredentials(checkout)
    const keep = async (key: string | undefined, userName: string, role: Role) => (key && (await isKnown(key)) ? key : await create(userName, role))
    const credentials: Credentials = {
      url,
      adminKey: await keep(before?.adminKey, 'admin', Role.ROLE_ADMIN),
      developerKey: await keep(before?.developerKey, 'developer', Role.ROLE_DEVELOPER),
    }
    writePrivately(places.credentials, formatCredentials(credentials))
    return credentials
  } finally {
    auth.close()
    await telemetry.shutdown()
  }
}
