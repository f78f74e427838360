import { forgetCredentials } from '../secrets/credentials.ts'
import { ruleFor } from '../rules/rule-table.ts'
import { LineIndex } from './line-index.ts'
import { secretsIn } from './text.ts'

/** The position of a secret in one of several texts, in UTF-16 units, the end exclusive. It never contains the secret itself. */
export interface SecretPlace {
  readonly text: number
  readonly start: number
  readonly end: number
  readonly rule: string
}

// Prompts are judged like documents: generated values are reported, example passwords are not.
const place = { extension: '.txt', bareName: '', fileClass: 'source', language: undefined } as const

/** Finds secrets in texts that are not files. Nothing of the texts is stored. */
export async function searchSecrets(texts: readonly string[]): Promise<SecretPlace[]> {
  try {
    const found = await Promise.all(texts.map((text) => searchText(text)))
    return found.flatMap((places, index) => places.map((each) => ({ text: index, ...each })))
  } finally {
    forgetCredentials()
  }
}

/** Merges overlapping secrets under the name of the first. Findings of severity note are left out. */
async function searchText(text: string): Promise<Omit<SecretPlace, 'text'>[]> {
  const merged: { start: number; end: number; rule: string }[] = []
  for (const { start, end, diagnostic } of await secretsIn({ ...place, text }, new LineIndex(text))) {
    const rule = `${diagnostic.engine}/${diagnostic.rule}`
    if (ruleFor(rule).severity === 'note') continue
    const whole = { start, end: endOfSecret(text, start, end), rule }
    const known = merged.find((other) => other.start < whole.end && whole.start < other.end)
    if (!known) merged.push(whole)
    else Object.assign(known, { start: Math.min(known.start, whole.start), end: Math.max(known.end, whole.end) })
  }
  return merged.sort((a, b) => a.start - b.start)
}

const longestKey = 16_384
const keyBody = /(?:[A-Za-z0-9+/=\s"',;:]|\\+[nrt])*/y

// The rule flags only the first line of a private key: the range is extended to its end.
function endOfSecret(text: string, start: number, end: number): number {
  const isPem = text.startsWith('-----BEGIN ', start)
  if (!isPem && !text.startsWith('PuTTY-User-Key-File-', start)) return end
  const rest = text.slice(start, start + longestKey)
  const last = isPem ? /-----END [A-Z0-9 ]{1,40}-----/.exec(rest) : /Private-MAC: ?[0-9a-f]{20,128}/i.exec(rest)
  if (last) return start + last.index + last[0].length
  keyBody.lastIndex = end
  return end + (keyBody.exec(text)?.[0].trimEnd().length ?? 0)
}
