import { sharedFields } from '../fields.ts'
import { cacheFields, read, type Shape } from '../nested-fields.ts'
import { isObject } from '../request.ts'

const marks = cacheFields('cache mark')
const innerMarks = cacheFields('inner cache mark')

const partFields = read('type', 'text', 'refusal', 'image_url', 'file_id', 'file_data', 'file_url', 'filename')
// Other formats have a level of detail for images, but not for files.
const detailed = (part: unknown, fields: Readonly<Record<string, Shape>>): Shape => (isObject(part) && part.type === 'input_image' ? { ...fields, detail: 'image detail' } : fields)
const contentPart: Shape = (part) => detailed(part, { ...partFields, ...marks })
const innerPart: Shape = (part) => detailed(part, { ...partFields, ...innerMarks })

// Metadata of items, of use only to the provider that created them.
const noted = read('type', 'id', 'status')
const caller = read('type')
const output: Shape = { ...noted, ...read('call_id', 'name', 'namespace'), caller, output: innerPart }

const items: Readonly<Record<string, Shape>> = {
  reasoning: { ...noted, ...read('summary', 'content', 'encrypted_content') },
  function_call: { ...noted, ...read('call_id', 'name', 'namespace', 'arguments'), caller },
  custom_tool_call: { ...noted, ...read('call_id', 'name', 'namespace', 'input'), caller },
  function_call_output: output,
  custom_tool_call_output: output,
  web_search_call: 'read',
}
const answer: Shape = { ...noted, ...read('role'), content: innerPart }
const inputMessage: Shape = { ...noted, ...read('role'), content: contentPart }

const tools: Readonly<Record<string, Shape>> = {
  function: read('type', 'name', 'description', 'parameters', 'strict'),
  custom: read('type', 'name', 'description', 'format'),
  namespace: { ...read('type', 'name'), tools: toolOf },
}

// Tools that a provider runs itself are reported as a whole (`offersIn`).
function toolOf(tool: unknown): Shape {
  return (isObject(tool) && tools[String(tool.type)]) || 'read'
}

/** The known fields of a responses request. */
export const responsesFields: Shape = {
  ...read('model', 'instructions', 'stream', 'max_output_tokens', 'tool_choice', 'parallel_tool_calls', 'include', ...sharedFields),
  temperature: 'temperature',
  top_p: 'top p',
  user: 'user',
  safety_identifier: 'user',
  stream_options: {},
  input: (item) => (isObject(item) && items[String(item.type)]) || (isObject(item) && item.role === 'assistant' ? answer : inputMessage),
  tools: toolOf,
  text: { verbosity: 'verbosity', format: read('type', 'name', 'description', 'schema', 'strict') },
  reasoning: { effort: (effort) => (effort === 'none' ? 'read' : 'effort'), summary: 'shown reasoning' },
}
