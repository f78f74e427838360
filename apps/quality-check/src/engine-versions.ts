import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const packages = ['oxlint', '@astral-sh/ruff-wasm-nodejs', '@secretlint/core', '@secretlint/secretlint-rule-preset-recommend', 'oxc-parser', '@ast-grep/napi', 'dockerfile-ast']

/**
 * The engines as installed, for cache keys: another version may find other things. Loads none of them. Of our own engines a bundled worker's entry is
 * hashed, which names its parts by their contents.
 */
export function engineVersions(workerEntry: URL): string {
  const require = createRequire(import.meta.url)
  const installed = packages.map((name) => `${name}@${(require(`${name}/package.json`) as { version: string }).version}`)
  const own = createHash('sha256').update(readFileSync(workerEntry)).digest('hex').slice(0, 16)
  return [...installed, `elder@${own}`].join(' ')
}
