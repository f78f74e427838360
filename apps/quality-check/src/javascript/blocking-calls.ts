import type { CallExpression } from '@oxc-project/types'
import { chainOf, lastName } from './nodes.ts'

// Calls that block the whole process. Checks for a file's existence are fast enough.
const blocking = new Set(
  `readFileSync writeFileSync appendFileSync readdirSync copyFileSync cpSync rmSync execSync execFileSync spawnSync pbkdf2Sync scryptSync generateKeyPairSync
  gzipSync gunzipSync deflateSync inflateSync brotliCompressSync brotliDecompressSync hashSync compareSync genSaltSync`.split(/\s+/),
)

/** The name of a call that blocks the event loop; undefined for any other call. */
export function blockingCall({ callee }: CallExpression): string | undefined {
  const chain = chainOf(callee)
  return chain.endsWith('Sync') && blocking.has(lastName(chain)) ? chain : undefined
}
