import { z } from 'zod'
import type { Operation } from '../operation.ts'

// What is beyond these fields is between the tool and the provider.
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
  { method: 'GET', path: '/v1/models', tag: 'models', summary: 'Models there are for you', answers: { 200: { description: 'The list', schema: z.looseObject({ data: z.array(model) }), example: { object: 'list', data: [{ id: 'elder/sages', object: 'model', created: 0, owned_by: 'elder' }] } } } },
]
