import type { ConversationApi } from '../src/formats.ts'

const png = 'iVBORw0KGgo='
const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false }
const schema = { type: 'object', properties: { answer: { type: 'number' } }, required: ['answer'], additionalProperties: false }

/** What people and tools say to models, in each format that can say it. */
export const conversations: Readonly<Record<string, Partial<Record<ConversationApi, object>>>> = {
  'a question': {
    chat: { messages: [{ role: 'user', content: 'why? ☕' }] },
    messages: { max_tokens: 10, messages: [{ role: 'user', content: 'why? ☕' }] },
    responses: { input: 'why? ☕' },
  },
  'instructions and an earlier exchange': {
    chat: { messages: [{ role: 'system', content: 'be brief' }, { role: 'user', content: 'one' }, { role: 'assistant', content: 'two' }, { role: 'user', content: [{ type: 'text', text: 'three' }] }] },
    messages: { max_tokens: 10, system: [{ type: 'text', text: 'be brief' }], messages: [{ role: 'user', content: 'one' }, { role: 'assistant', content: [{ type: 'text', text: 'two' }] }, { role: 'user', content: [{ type: 'text', text: 'three' }] }] },
    responses: { instructions: 'be brief', input: [{ role: 'user', content: 'one' }, { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'two' }] }, { role: 'user', content: [{ type: 'input_text', text: 'three' }] }] },
  },
  'images and a document': {
    chat: { messages: [{ role: 'user', content: [{ type: 'text', text: 'look' }, { type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } }, { type: 'image_url', image_url: { url: 'https://pictures.example/a.png' } }, { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERg==' } }] }] },
    messages: { max_tokens: 10, messages: [{ role: 'user', content: [{ type: 'text', text: 'look' }, { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } }, { type: 'image', source: { type: 'url', url: 'https://pictures.example/a.png' } }, { type: 'document', title: 'a.pdf', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERg==' } }] }] },
    responses: { input: [{ role: 'user', content: [{ type: 'input_text', text: 'look' }, { type: 'input_image', image_url: `data:image/png;base64,${png}` }, { type: 'input_image', image_url: 'https://pictures.example/a.png' }, { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERg==' }] }] },
  },
  'a round of parallel tools': {
    chat: {
      messages: [
        { role: 'user', content: 'weather?' },
        { role: 'assistant', content: 'looking', tool_calls: [{ id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } }, { id: 'c2', type: 'function', function: { name: 'weather', arguments: '{}' } }] },
        { role: 'tool', tool_call_id: 'c1', content: 'rain' },
        { role: 'tool', tool_call_id: 'c2', content: 'no city' },
        { role: 'user', content: 'so?' },
      ],
      tools: [{ type: 'function', function: { name: 'weather', description: 'tells it', parameters, strict: true } }],
      tool_choice: { type: 'function', function: { name: 'weather' } },
      parallel_tool_calls: false,
    },
    messages: {
      max_tokens: 10,
      messages: [
        { role: 'user', content: 'weather?' },
        { role: 'assistant', content: [{ type: 'text', text: 'looking' }, { type: 'tool_use', id: 'c1', name: 'weather', input: { city: 'Oslo' } }, { type: 'tool_use', id: 'c2', name: 'weather', input: {} }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c1', content: 'rain' }, { type: 'tool_result', tool_use_id: 'c2', content: [{ type: 'text', text: 'no city' }] }, { type: 'text', text: 'so?' }] },
      ],
      tools: [{ name: 'weather', description: 'tells it', input_schema: parameters, strict: true }],
      tool_choice: { type: 'tool', name: 'weather', disable_parallel_tool_use: true },
    },
    responses: {
      input: [
        { role: 'user', content: 'weather?' },
        { role: 'assistant', content: 'looking' },
        { type: 'function_call', call_id: 'c1', name: 'weather', arguments: '{"city":"Oslo"}' },
        { type: 'function_call', call_id: 'c2', name: 'weather', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c1', output: 'rain' },
        { type: 'function_call_output', call_id: 'c2', output: [{ type: 'input_text', text: 'no city' }] },
        { role: 'user', content: 'so?' },
      ],
      tools: [{ type: 'function', name: 'weather', description: 'tells it', parameters, strict: true }],
      tool_choice: { type: 'function', name: 'weather' },
      parallel_tool_calls: false,
    },
  },
  'a schema for the answer, and limits': {
    chat: { messages: [{ role: 'user', content: '6*7' }], max_tokens: 40, temperature: 0.5, response_format: { type: 'json_schema', json_schema: { name: 'answer', schema, strict: true } }, user: 'u1' },
    messages: { max_tokens: 40, temperature: 0.5, messages: [{ role: 'user', content: '6*7' }], output_config: { format: { type: 'json_schema', schema } }, metadata: { user_id: 'u1' } },
    responses: { input: '6*7', max_output_tokens: 40, temperature: 0.5, text: { format: { type: 'json_schema', name: 'answer', schema, strict: true } }, user: 'u1' },
  },
}
