import { randomBytes } from 'node:crypto'
import { ServiceError } from '@elder/errors'
import type { Redis } from '@elder/redis'

/**
 * Identifies the current run of the Redis server. A restarted or replaced server may have an older state in
 * which invalidated entries are valid, so nothing from an earlier run is read.
 */
export class ServerRun {
  readonly #redis: Redis
  #asked: Promise<string> | undefined

  constructor(redis: Redis) {
    this.#redis = redis
    redis.on('close', () => this.#forget())
  }

  async id(): Promise<string> {
    const asked = (this.#asked ??= this.#redis.info('server').then(readRunId))
    try {
      const runId = await asked
      // The connection was lost during the call: the answer may come from another server.
      if (this.#asked !== asked) throw new ServiceError('unavailable', 'redis is unavailable: the connection was replaced')
      return runId
    } catch (error) {
      if (this.#asked === asked) this.#forget()
      throw error
    }
  }

  #forget(): void {
    this.#asked = undefined
  }
}

/** A server that does not report its run id counts as a new one each time it is asked. */
function readRunId(info: string): string {
  return /^run_id:([0-9a-f]{16})/m.exec(info)?.[1] ?? randomBytes(8).toString('hex')
}
