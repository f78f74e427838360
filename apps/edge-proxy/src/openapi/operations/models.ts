import * as z from 'zod'
import type { Operation } from '../operation.ts'

// All other fields concern only the client and the provider.
const common = { model: z.string(), stream: z.boolean().nullish() }
const messages = z.array(z.looseObject({ role: z.string() })).min(1)
const anything = z.looseObject({})
const model = z.looseObject({ id: z.string() })
const hello = [{ role: 'user', content: 'Hello' }]

export const modelOperations: readonly Operation[] = [
  {
    method: 'POST',
    path: '/v1/chat/completions',
    tag: 'models',
    summary: "OpenAI's chat completions",
    body: z.looseObject({ ...common, messages, max_tokens: z.int().nullish(), max_completion_tokens: z.int().nullish() }),
    bodyExample: { model: 'elder/sages', messages: hello },
    answers: { 200: { description: "The provider's answer; with stream: true as its events", schema: anything, example: { id: 'chatcmpl-1', object: 'chat.completion', choices: [] }, events: { message: anything } } },
  },
  {
    method: 'POST',
    path: '/v1/responses',
    tag: 'models',
    summary: "OpenAI's responses; no state is kept between them",
    body: z.looseObject({ ...common, input: z.union([z.string(), z.array(anything)]), max_output_tokens: z.int().nullish() }),
    bodyExample: { model: 'elder/sages', input: 'Hello' },
    answers: { 200: { description: "The provider's answer; with stream: true as its events", schema: anything, example: { id: 'resp_1', object: 'response', output: [] }, events: { message: anything } } },
  },
  {
    method: 'POST',
    path: '/v1/completions',
    tag: 'models',
    summary: "OpenAI's text completions; with suffix, the text in between",
    body: z.looseObject({ ...common, prompt: z.union([z.string(), z.array(z.unknown()).min(1)]), suffix: z.string().nullish(), max_tokens: z.int().nullish() }),
    bodyExample: { model: 'elder/sages', prompt: 'Hello' },
    answers: { 200: { description: "The provider's answer; with stream: true as its events", schema: anything, example: { id: 'cmpl-1', object: 'text_completion', choices: [] }, events: { message: anything } } },
  },
  {
    method: 'POST',
    path: '/v1/embeddings',
    tag: 'models',
    summary: "OpenAI's embeddings",
    body: z.looseObject({ model: z.string(), input: z.union([z.string(), z.array(z.unknown()).min(1)]) }),
    bodyExample: { model: 'an-embedding-model', input: 'Hello' },
    answers: { 200: { description: "The provider's answer", schema: anything, example: { object: 'list', data: [] } } },
  },
  {
    method: 'POST',
    path: '/v1/messages',
    tag: 'models',
    summary: "Anthropic's messages",
    body: z.looseObject({ ...common, messages, max_tokens: z.int() }),
    bodyExample: { model: 'elder/sages', max_tokens: 1_000, messages: hello },
    answers: { 200: { description: "The provider's answer; with stream: true as its events", schema: anything, example: { id: 'msg_1', type: 'message', content: [] }, events: { message: anything } } },
  },
  {
    method: 'POST',
    path: '/v1/messages/count_tokens',
    tag: 'models',
    summary: "Anthropic's token count of a request",
    body: z.looseObject({ model: z.string(), messages }),
    bodyExample: { model: 'elder/sages', messages: hello },
    answers: { 200: { description: 'The count; estimated: true if no provider counted', schema: z.looseObject({ input_tokens: z.int(), estimated: z.boolean().optional() }), example: { input_tokens: 3, estimated: true } } },
  },
  { method: 'GET', path: '/v1/models/*', tag: 'models', summary: 'One model; its id may contain slashes', answers: { 200: { description: 'The model', schema: model, example: { id: 'elder/sages', object: 'model', created: 0, owned_by: 'elder' } } } },
  { method: 'GET', path: '/v1/models', tag: 'models', summary: 'The models that you may use', answers: { 200: { description: 'The list', schema: z.looseObject({ data: z.array(model) }), example: { object: 'list', data: [{ id: 'elder/sages', object: 'model', created: 0, owned_by: 'elder' }] } } } },
]
