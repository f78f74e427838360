import type { Usage } from './api.ts'

const marker = Buffer.from('"usage"')
const longest = 4_096

/**
 * Finds the token counts in an answer that passes by, in pieces, without holding it. The last count wins, as providers send it at
 * the end. Text of the answer itself cannot be taken for it: inside a JSON string the quotes are escaped.
 */
export class UsageReader {
  #collecting: string | undefined
  #tail = ''
  #last: string | undefined

  read(chunk: Buffer): void {
    const wasCollecting = this.#collecting !== undefined
    if (wasCollecting) {
      this.#collect(chunk.toString('latin1', 0, longest))
      if (this.#collecting !== undefined) return
    }
    const at = chunk.lastIndexOf(marker)
    if (at >= 0) return this.#collect(chunk.toString('latin1', at + marker.length, at + longest))
    // The marker itself may be cut in two.
    const seam = wasCollecting ? '' : this.#tail + chunk.toString('latin1', 0, marker.length - 1)
    const split = seam.indexOf('"usage"')
    if (split >= 0) return this.#collect(chunk.toString('latin1', split + marker.length - this.#tail.length, longest))
    this.#tail = (this.#tail + chunk.toString('latin1', Math.max(0, chunk.length - marker.length + 1))).slice(1 - marker.length)
  }

  /** What was counted, once the answer has ended. */
  get usage(): Usage | undefined {
    if (this.#last === undefined) return undefined
    try {
      return usageOf(JSON.parse(this.#last))
    } catch {
      return undefined
    }
  }

  #collect(text: string): void {
    const collected = (this.#collecting ?? '') + text
    const object = leadingObject(collected)
    this.#collecting = undefined
    this.#tail = collected.slice(1 - marker.length)
    if (object === 'open' && collected.length < longest) this.#collecting = collected
    else if (object !== 'open' && object !== 'none') this.#last = object
  }
}

/** The object that follows `"usage":`, 'open' while its end has not come, 'none' when it is null or something else. */
function leadingObject(text: string): string {
  const [before] = /^\s*:?\s*/.exec(text) ?? ['']
  if (before.length === text.length) return 'open'
  if (text[before.length] !== '{') return 'none'
  let depth = 0
  for (let at = before.length; at < text.length; at++) {
    if (text[at] === '{') depth++
    else if (text[at] === '}' && --depth === 0) return text.slice(before.length, at + 1)
  }
  return 'open'
}

function usageOf(value: unknown): Usage | undefined {
  const usage = value as Record<string, unknown>
  const details = usage.prompt_tokens_details as Record<string, unknown> | null | undefined
  const promptTokens = count(usage.prompt_tokens)
  const completionTokens = count(usage.completion_tokens)
  if (promptTokens === undefined && completionTokens === undefined) return undefined
  const cachedTokens = count(details?.cached_tokens) ?? count(usage.prompt_cache_hit_tokens) ?? count(usage.cache_read_input_tokens) ?? 0
  return { inputTokens: promptTokens ?? 0, outputTokens: completionTokens ?? 0, cachedTokens, cacheWriteTokens: 0 }
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}
