import { cacheFields, read, type Shape } from '../nested-fields.ts'
import { isObject } from '../request.ts'

const { cache_control } = cacheFields('cache mark')
const { cache_control: inner } = cacheFields('inner cache mark')

const text = read('type', 'text')
const innerText: Shape = { ...text, cache_control: inner }
const citations = read('enabled')
const source: Shape = { ...read('type', 'media_type', 'data', 'url'), content: innerText }
const caller = read('type')

const innerBlocks: Readonly<Record<string, Shape>> = {
  text: innerText,
  image: { ...read('type'), source, cache_control: inner },
  search_result: { ...read('type', 'source', 'title'), content: innerText, citations, cache_control: inner },
  tool_reference: { ...read('type', 'tool_name'), cache_control: inner },
  thinking: read('type', 'thinking', 'signature'),
  redacted_thinking: read('type', 'data'),
  tool_use: { ...read('type', 'id', 'name', 'input'), caller, cache_control: inner },
  tool_result: { ...read('type', 'tool_use_id', 'is_error'), content: blockOf(() => innerBlocks), cache_control: inner },
  document: (block) => documentWith(block, inner),
}
const contentBlocks: Readonly<Record<string, Shape>> = {
  ...innerBlocks,
  text: { ...text, cache_control },
  image: { ...read('type'), source, cache_control },
  search_result: { ...read('type', 'source', 'title'), content: innerText, citations, cache_control },
  document: (block) => documentWith(block, cache_control),
}

// Other formats have no title for a document behind a URL.
function documentWith(block: unknown, mark: Shape): Shape {
  const isLinked = isObject(block) && isObject(block.source) && block.source.type === 'url'
  return { ...read('type', 'context', ...(isLinked ? [] : ['title'])), source, citations, cache_control: mark }
}

function blockOf(blocks: () => Readonly<Record<string, Shape>>): Shape {
  return (block) => {
    const type = isObject(block) ? String(block.type) : ''
    return blocks()[type] ?? 'read'
  }
}

const inputMessage: Shape = { ...read('role'), content: blockOf(() => contentBlocks) }
const answer: Shape = { ...read('role'), content: blockOf(() => innerBlocks) }

const tool: Shape = { ...read('type', 'name', 'description', 'input_schema', 'input_examples', 'strict'), cache_control: inner }

/** The known fields of a messages request. */
export const messagesFields: Shape = {
  ...read('model', 'max_tokens', 'stream', 'stop_sequences', 'tool_choice', 'service_tier'),
  temperature: 'temperature',
  top_p: 'top p',
  top_k: 'top k',
  system: { ...text, cache_control },
  messages: (message) => (isObject(message) && message.role === 'assistant' ? answer : inputMessage),
  // Tools that a provider runs itself are reported as a whole (`hostedIn`).
  tools: (one) => (isObject(one) && (one.type ?? 'custom') === 'custom' ? tool : 'read'),
  thinking: { budget_tokens: 'effort', type: (type) => (type === 'disabled' || type === 'between_tools' ? 'no reasoning' : 'read'), display: (display) => (display === 'summarized' ? 'shown reasoning' : {}) },
  output_config: { effort: 'effort', format: read('type', 'schema') },
  output_format: read('type', 'schema'),
  metadata: { user_id: 'user' },
}
