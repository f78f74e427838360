import { isObject, type GenerationRequest } from '@elder/dialects'
import type { AnswerTap } from '../generation/answer-tap.ts'
import { parseExactly } from '../guardrails/exact-json.ts'

/** Whether the provider reports the usage of this stream only on request. */
export function hidesCounts({ api, stream, includeUsage }: GenerationRequest): boolean {
  return stream && !includeUsage && (api === 'chat' || api === 'completions')
}

const asking = Buffer.from('"stream_options":{"include_usage":true},')

/** The same request with usage asked for at the end of the stream. */
export function askingForCounts({ value }: GenerationRequest, body: Buffer): Buffer {
  if (value.stream_options === undefined) {
    const open = body.indexOf('{') + 1
    return Buffer.concat([body.subarray(0, open), asking, body.subarray(open)])
  }
  const exact = parseExactly(body.toString('utf8')) as Record<string, unknown>
  return Buffer.from(JSON.stringify({ ...exact, stream_options: { ...(isObject(exact.stream_options) && exact.stream_options), include_usage: true } }))
}

/** Removes the usage event, which the client did not ask for: some clients fail on an event without choices. */
export const countsRemover: AnswerTap = {
  take(lines) {
    if (!lines.includes('"choices":[]') && !lines.includes('"choices": []')) return lines
    const kept = lines.toString('latin1').split(/(?<=\n)/).filter((line) => !/^data: ?\{.*"usage": ?\{/.test(line) || !/"choices": ?\[\]/.test(line))
    return kept.length > 0 ? Buffer.from(kept.join(''), 'latin1') : undefined
  },
  end: () => undefined,
}
