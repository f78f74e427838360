import type { FindSecretsRequest, SecretMatch } from '@elder/contracts/quality'
import { ServiceError } from '@elder/errors'
import type { Call } from '@elder/rpc'
import type { Admission } from '../admission.ts'
import { EngineFailure } from '../engines/engine-failure.ts'
import type { WorkerPool } from '../engines/worker-pool.ts'
import type { QualityMethods } from './methods.ts'

export interface SecretParts {
  readonly pool: WorkerPool
  readonly admission: Admission
}

const mostBytes = 32 * 1024 * 1024
// What one thread is given at a time: so that short prompts get between the parts of a long one.
const portionLength = 256 * 1024

/** Any caller with an identity may have texts searched. Nothing of them is kept, logged or cached. */
export const secretMethods = ({ pool, admission }: SecretParts): Required<Pick<QualityMethods, 'findSecrets'>> => ({
  async findSecrets({ texts }: FindSecretsRequest, call: Call) {
    const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
    if (bytes > mostBytes) throw new ServiceError('invalid_argument', `texts may hold ${mostBytes} bytes in all, got ${bytes}: send less at once`, { reason: 'TEXTS_TOO_LARGE', field: 'texts' })
    const release = admission.admit(Math.max(1, texts.length), bytes)
    try {
      const matches = await Promise.all(portions(texts).map((portion) => search(pool, portion, call.signal)))
      return { matches: matches.flat() }
    } finally {
      release()
    }
  },
})

interface Portion {
  readonly first: number
  readonly texts: readonly string[]
}

function portions(texts: readonly string[]): Portion[] {
  const all: { first: number; texts: string[] }[] = []
  let length = portionLength
  for (const [index, text] of texts.entries()) {
    if (length + text.length > portionLength) {
      all.push({ first: index, texts: [] })
      length = 0
    }
    all.at(-1)?.texts.push(text)
    length += text.length
  }
  return all
}

async function search(pool: WorkerPool, { first, texts }: Portion, signal: AbortSignal): Promise<SecretMatch[]> {
  try {
    const weight = texts.reduce((sum, text) => sum + text.length, 0)
    const { secrets, failures } = await pool.run({ ...nothing, prompts: texts }, { urgent: true, weight }, signal, () => undefined)
    const [failure] = failures
    if (failure !== undefined) throw new EngineFailure(failure)
    return secrets.map(({ text, ...match }) => ({ text: first + text, ...match }))
  } catch (error) {
    if (error instanceof EngineFailure) throw new ServiceError('unavailable', `the texts could not be searched for secrets: ${error.message}`, { reason: 'SECRETS_NOT_SEARCHED', cause: error })
    throw error
  }
}

const nothing = { text: '', extension: '.txt', bareName: '', fileClass: 'source', language: undefined } as const
