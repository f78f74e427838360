import { sharedFields } from '../fields.ts'
import { cacheFields, read, type Shape } from '../nested-fields.ts'
import { isObject } from '../request.ts'

const marks = cacheFields('cache mark')
const innerMarks = cacheFields('inner cache mark')

const contentPart: Shape = { ...read('type', 'text', 'refusal'), image_url: { ...read('url'), detail: 'image detail' }, file: read('file_data', 'filename', 'file_id'), ...marks }
const innerPart: Shape = { ...contentPart, ...innerMarks }

const call: Shape = { ...read('id', 'type', 'index'), function: read('name', 'arguments'), custom: read('name', 'input') }
const messages: Readonly<Record<string, Shape>> = {
  assistant: { ...read('role', 'refusal', 'reasoning_details'), content: innerPart, tool_calls: call },
  // The name is redundant: the call has it.
  tool: { ...read('role', 'tool_call_id', 'name'), content: innerPart, ...innerMarks },
}
const inputMessage: Shape = { ...read('role'), content: contentPart }

/** The known fields of a chat completions request. */
export const chatFields: Shape = {
  ...read('model', 'stream', 'n', 'modalities', 'max_completion_tokens', 'max_tokens', 'stop', 'tool_choice', 'parallel_tool_calls', ...sharedFields),
  temperature: 'temperature',
  top_p: 'top p',
  reasoning_effort: (effort) => (effort === 'none' ? 'read' : 'effort'),
  user: 'user',
  safety_identifier: 'user',
  verbosity: 'verbosity',
  stream_options: read('include_usage'),
  messages: (message) => (isObject(message) && messages[String(message.role)]) || inputMessage,
  tools: { ...read('type', 'custom'), function: read('name', 'description', 'parameters', 'strict'), cache_control: innerMarks.cache_control },
  response_format: { ...read('type'), json_schema: read('name', 'description', 'schema', 'strict') },
}
