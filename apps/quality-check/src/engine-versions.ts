import { createRequire } from 'node:module'

const packages = ['oxlint', '@astral-sh/ruff-wasm-nodejs', '@secretlint/core', '@secretlint/secretlint-rule-preset-recommend']

/** The engines as installed, for cache keys: another version may find other things. Loads none of them. */
export function engineVersions(): string {
  const require = createRequire(import.meta.url)
  return packages.map((name) => `${name}@${(require(`${name}/package.json`) as { version: string }).version}`).join(' ')
}
