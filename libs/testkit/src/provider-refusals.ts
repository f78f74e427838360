import type { IncomingHttpHeaders } from 'node:http'
import type { CompletionRequest } from './provider-messages.ts'

// Real providers refuse what they do not know: whoever leaks a field of one protocol into another is found out here.
const openAiFields = 'model messages stream stream_options max_tokens max_completion_tokens temperature top_p top_k stop seed tools tool_choice parallel_tool_calls response_format reasoning_effort user n metadata store extra logprobs frequency_penalty presence_penalty'
const fields: Readonly<Record<CompletionRequest['api'], ReadonlySet<string>>> = {
  chat: new Set(openAiFields.split(' ')),
  completions: new Set('model prompt suffix stream stream_options max_tokens temperature top_p stop user echo n logprobs'.split(' ')),
  responses: new Set('model input instructions stream store include max_output_tokens temperature top_p tools tool_choice parallel_tool_calls text reasoning user previous_response_id metadata prompt_cache_key prompt_cache_options prompt_cache_retention safety_identifier service_tier truncation stream_options max_tool_calls client_metadata'.split(' ')),
  messages: new Set('model messages system stream max_tokens temperature top_p top_k stop_sequences tools tool_choice thinking output_config metadata cache_control context_management service_tier'.split(' ')),
}

/** Why a real provider would refuse a body; undefined when it would not. */
export function faultIn(api: CompletionRequest['api'], body: Readonly<Record<string, unknown>>, headers: IncomingHttpHeaders): string | undefined {
  const stranger = Object.keys(body).find((field) => !fields[api].has(field))
  // OpenAI's own completions are lenient with what other servers of the protocol add.
  if (stranger !== undefined && api !== 'chat') return `${stranger}: Extra inputs are not permitted`
  return api === 'messages' ? faultInMessage(body, headers) : undefined
}

interface Block {
  readonly type?: string
  readonly text?: string
  readonly id?: string
  readonly tool_use_id?: string
}

function faultInMessage(body: Readonly<Record<string, unknown>>, headers: IncomingHttpHeaders): string | undefined {
  if (headers['anthropic-version'] === undefined) return 'anthropic-version: header is required'
  if (typeof body.max_tokens !== 'number') return 'max_tokens: Field required'
  if (typeof body.temperature === 'number' && body.temperature > 1) return 'temperature: range: 0..1'
  const messages = body.messages as { role: string; content: string | Block[] }[]
  if (messages[0]?.role !== 'user') return 'messages: first message must use the "user" role'
  let calls: (string | undefined)[] = []
  for (const { content } of messages) {
    const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : content
    if (blocks.some(({ type, text }) => type === 'text' && (text ?? '').trim() === '')) return 'messages: text content blocks must be non-empty'
    const results = new Set(blocks.flatMap((block) => (block.type === 'tool_result' ? [block.tool_use_id] : [])))
    if (calls.some((call) => !results.has(call))) return 'messages: `tool_use` ids were found without `tool_result` blocks immediately after'
    calls = blocks.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []))
  }
  return undefined
}
