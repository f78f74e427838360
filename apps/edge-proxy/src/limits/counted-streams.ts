import { isObject, type GenerationRequest } from '@elder/dialects'
import type { AnswerTap } from '../generation/answer-tap.ts'
import { parseExactly } from '../guardrails/exact-json.ts'

/** Whether the provider will not say what a stream has used unless somebody asks for it. */
export function hidesCounts({ api, stream, includeUsage }: GenerationRequest): boolean {
  return stream && !includeUsage && (api === 'chat' || api === 'completions')
}

const asking = Buffer.from('"stream_options":{"include_usage":true},')

/** The same request, asking for the counts at the end of its stream. */
export function askingForCounts({ value }: GenerationRequest, body: Buffer): Buffer {
  if (value.stream_options === undefined) {
    const open = body.indexOf('{') + 1
    return Buffer.concat([body.subarray(0, open), asking, body.subarray(open)])
  }
  const exact = parseExactly(body.toString('utf8')) as Record<string, unknown>
  return Buffer.from(JSON.stringify({ ...exact, stream_options: { ...(isObject(exact.stream_options) && exact.stream_options), include_usage: true } }))
}

/** Keeps from the client the event of counts that only we asked for: it does not expect one without choices. */
export const countsRemover: AnswerTap = {
  take(lines) {
    if (!lines.includes('"choices":[]') && !lines.includes('"choices": []')) return lines
    const kept = lines.toString('latin1').split(/(?<=\n)/).filter((line) => !/^data: ?\{.*"usage": ?\{/.test(line) || !/"choices": ?\[\]/.test(line))
    return kept.length > 0 ? Buffer.from(kept.join(''), 'latin1') : undefined
  },
  end: () => undefined,
}
