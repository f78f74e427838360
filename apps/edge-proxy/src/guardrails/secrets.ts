import type { SecretMatch } from '@elder/contracts/quality'
import type { Call } from '@elder/rpc'
import { encodedTexts, type EncodedText } from './encoded-texts.ts'
import { plainForm } from './plain-form.ts'
import type { TextPlace } from './texts.ts'
import { createVerdicts, verdictKey } from './verdicts.ts'

/** Asks quality-check for the positions of secrets. */
export type FindSecrets = (texts: string[], call: Call) => Promise<readonly SecretMatch[]>

export interface SecretSpan {
  /** In the text's plain form. */
  readonly start: number
  readonly end: number
  readonly rule: string
}

export interface TextWithSecrets {
  /** The matches in the texts that were sent. */
  readonly index: number
  readonly place: TextPlace
  readonly secrets: readonly SecretSpan[]
}

export type SecretSearch = (places: readonly TextPlace[], call: () => Call) => Promise<TextWithSecrets[]>

// No rule finds anything shorter.
const shortest = 12
const none: readonly SecretSpan[] = []

interface Searched {
  readonly key: string
  readonly text: string
  /** The position of its base64, if it was found in encoded text. */
  readonly at?: EncodedText
}

/** A text and its base64 parts, decoded. */
function searchedFor(key: string, text: string): Searched[] {
  return [{ key, text }, ...encodedTexts(text).map((at) => ({ key, text: at.text, at }))]
}

/** One call for all texts that were not searched before. Only hashes and positions are cached, never a text. */
export function createSecretSearch(askFor: FindSecrets): SecretSearch {
  const verdicts = createVerdicts<readonly SecretSpan[]>()
  return async (places, call) => {
    const keys = places.map(({ text }) => (text.length < shortest ? '' : verdictKey(text)))
    const found = new Map<string, readonly SecretSpan[]>([['', none]])
    const unknown = new Map<string, string>()
    for (const [index, key] of keys.entries()) {
      const known = found.get(key) ?? verdicts.get(key)
      if (known) found.set(key, known)
      else unknown.set(key, (places[index] as TextPlace).text)
    }
    if (unknown.size > 0) await searchUnknown(unknown, call())
    return places.flatMap((place, index) => {
      const secrets = found.get(keys[index] as string) ?? none
      return secrets.length > 0 ? [{ index, place, secrets }] : []
    })

    async function searchUnknown(texts: ReadonlyMap<string, string>, within: Call): Promise<void> {
      const searched = [...texts].flatMap(([key, text]) => searchedFor(key, plainForm(text)))
      const spans = new Map<string, SecretSpan[]>([...texts.keys()].map((key) => [key, []]))
      for (const { text: number, start, end, rule } of await askFor(searched.map(({ text }) => text), within)) {
        const one = searched[number]
        if (one) spans.get(one.key)?.push(one.at ? { start: one.at.start, end: one.at.end, rule } : { start, end, rule })
      }
      for (const [key, own] of spans) {
        const verdict = own.length > 0 ? own : none
        verdicts.set(key, verdict)
        found.set(key, verdict)
      }
    }
  }
}

/** The text with each secret replaced by a name. */
export function masked(text: string, secrets: readonly SecretSpan[]): string {
  let result = ''
  let from = 0
  for (const { start, end, rule } of secrets.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    if (end <= from) continue
    result += `${text.slice(from, start)}[secret removed: ${rule}]`
    from = end
  }
  return result + text.slice(from)
}
