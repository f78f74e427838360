// What providers of each format stream, good and strange.

export type Format = 'chat' | 'messages' | 'responses'

const delta = (fields: object, finish: string | null = null) => ({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: fields, finish_reason: finish }] })
const piece = (index: unknown, id: unknown, fn: object) => delta({ tool_calls: [{ index, id, type: 'function', function: fn }] })
const long = 'x'.repeat(70_000)
const counts = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 }

const chat: readonly object[] = [
  delta({ role: 'assistant', content: '' }),
  delta({ content: 'hé€🙂' }),
  delta({ content: [{ type: 'text', text: 'part' }, null] }),
  delta({ reasoning_content: 'hm' }),
  delta({ refusal: 'no' }),
  piece(0, 't', { name: 'f', arguments: '' }),
  piece(0, undefined, { arguments: '{"a":' }),
  piece(1, 'u', { name: 'g', arguments: '{}' }),
  piece(0, null, { arguments: '1}' }),
  piece('0', 'v', { arguments: {} }),
  delta({ tool_calls: [null, 5, {}] }),
  delta({}, 'stop'),
  delta({}, 'tool_calls'),
  delta({}, 'content_filter'),
  { ...delta({}), choices: [], usage: counts },
  { ...delta({}), choices: [], usage: { prompt_tokens: '3', completion_tokens: -1, prompt_tokens_details: null } },
  { ...delta({}), choices: [null, 'x', { index: 1 }] },
  { error: { message: 'upstream died', type: 'server_error' } },
  delta({ content: long }),
]

const block = (index: unknown, content: object | null) => ({ type: 'content_block_start', index, content_block: content })
const inBlock = (index: unknown, fields: object | null) => ({ type: 'content_block_delta', index, delta: fields })
const messages: readonly object[] = [
  { type: 'message_start', message: { id: 'm', type: 'message', role: 'assistant', model: 'm', content: [], usage: { input_tokens: 3, output_tokens: 1, cache_read_input_tokens: 2 } } },
  { type: 'message_start', message: null },
  { type: 'ping' },
  block(0, { type: 'text', text: '' }),
  inBlock(0, { type: 'text_delta', text: 'hé€🙂' }),
  block(1, { type: 'tool_use', id: 't', name: 'f', input: {} }),
  inBlock(1, { type: 'input_json_delta', partial_json: '{"a":' }),
  block(2, { type: 'thinking', thinking: '', signature: '' }),
  inBlock(2, { type: 'thinking_delta', thinking: 'hm' }),
  inBlock(2, { type: 'signature_delta', signature: 's' }),
  block(3, { type: 'redacted_thinking', data: 'd' }),
  block('4', { type: 'unheard_of' }),
  block(null, null),
  inBlock(9, null),
  { type: 'content_block_stop', index: 1 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 2 } },
  { type: 'message_delta', delta: { stop_reason: 'refusal' }, usage: null },
  { type: 'message_stop' },
  { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
  inBlock(0, { type: 'text_delta', text: long }),
]

const item = (index: unknown, fields: object | null) => ({ type: 'response.output_item.added', output_index: index, item: fields })
const call = { type: 'function_call', call_id: 't', name: 'f', arguments: '' }
const responses: readonly object[] = [
  { type: 'response.created', sequence_number: 0, response: { id: 'r', model: 'm', status: 'in_progress', output: [] } },
  { type: 'response.created', response: null },
  item(0, { type: 'message', role: 'assistant', content: [] }),
  { type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: 'hé€🙂' },
  { type: 'response.refusal.delta', output_index: 0, delta: 'no' },
  item(1, call),
  { type: 'response.function_call_arguments.delta', output_index: 1, delta: '{"a":' },
  { type: 'response.output_item.done', output_index: 2, item: { ...call, call_id: 'u', arguments: '{}' } },
  { type: 'response.output_item.done', output_index: 3, item: { type: 'reasoning', id: 'rs', summary: [null], encrypted_content: 'e' } },
  { type: 'response.output_item.done', output_index: 4, item: { type: 'message', content: [null, { type: 'output_text', text: 'late' }] } },
  item('x', null),
  { type: 'response.reasoning_summary_text.delta', output_index: 3, delta: 'hm' },
  { type: 'response.unheard_of', sequence_number: 9 },
  { type: 'response.completed', sequence_number: 10, response: { id: 'r', status: 'completed', output: [], usage: { input_tokens: 3, output_tokens: 2 } } },
  { type: 'response.incomplete', response: { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' }, usage: [] } },
  { type: 'response.failed', sequence_number: 3, response: { status: 'failed', error: { code: 'server_error', message: 'died' } } },
  { type: 'error', code: 'server_error', message: 'died', sequence_number: 3 },
  { type: 'response.output_text.delta', output_index: 0, delta: long },
]

export const eventsIn: Readonly<Record<Format, readonly object[]>> = { chat, messages, responses }

const usage = { input_tokens: 3, output_tokens: 2 }
const choice = { index: 0, message: { role: 'assistant', content: 'hé', tool_calls: [] }, finish_reason: 'stop' }
const completion = { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [choice], usage: counts }
const message = { id: 'm', type: 'message', role: 'assistant', model: 'm', content: [{ type: 'text', text: 'hé' }], stop_reason: 'end_turn', stop_sequence: null, usage }
const response = { id: 'r', object: 'response', status: 'completed', model: 'm', output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'hé', annotations: [] }] }], usage }

export const wholeIn: Readonly<Record<Format, readonly object[]>> = {
  chat: [completion, completion, { ...completion, choices: [null, 5, { message: null }] }, { ...completion, choices: [{ ...choice, message: { content: [null], tool_calls: [null, { function: { name: 'f', arguments: { a: 1 } } }] } }] }, { choices: {} }],
  messages: [message, message, { ...message, content: [null, { type: 'tool_use', id: 5, name: null, input: [] }] }, { type: 'error', error: { type: 'api_error', message: 'died' } }, { content: [], usage: 'x' }],
  responses: [response, response, { ...response, output: [null, { type: 'message', content: null }, { type: 'function_call', name: 5 }] }, { status: 'failed', error: null }, { status: 'incomplete', incomplete_details: 'x', output: [] }],
}
