import { ServiceError } from '@elder/errors'
import { expect, test } from 'vitest'
import type { Api } from './api.ts'
import { readRequest } from './request.ts'

const messages = [{ role: 'user', content: 'hi' }]

test.each<[Api, object, object]>([
  ['chat', { model: 'm', messages, stream: true, stream_options: { include_usage: true }, max_tokens: 5, max_completion_tokens: 9 }, { stream: true, includeUsage: true, maxOutputTokens: 9 }],
  ['responses', { model: 'm', input: 'hi', max_output_tokens: 7 }, { stream: false, includeUsage: false, maxOutputTokens: 7 }],
  ['completions', { model: 'm', prompt: 'a', suffix: 'b', max_tokens: null, stream: null }, { stream: false, maxOutputTokens: undefined }],
  ['embeddings', { model: 'm', input: ['a'], stream: true }, { stream: false, maxOutputTokens: undefined }],
  ['messages', { model: 'm', messages, max_tokens: 3, stream: true }, { stream: true, maxOutputTokens: 3 }],
  ['count_tokens', { model: 'm', messages, stream: true }, { stream: false, maxOutputTokens: undefined }],
])('reads what the platform relies on from %s', (api, body, expected) => {
  expect(readRequest(api, body)).toEqual({ api, model: 'm', value: body, includeUsage: false, ...expected })
})

test.each(['openai/elder/sages', 'anthropic/elder/sages', 'elder/sages'])('knows the platform\'s model by the name %s', (model) => {
  expect(readRequest('chat', { model, messages }).model).toBe('elder/sages')
})

const broken: [Api, unknown, string, string | undefined][] = [
  ['chat', [], 'the body must be a JSON object, got []', undefined],
  ['chat', { messages }, 'model must be the id of a model, got nothing', 'model'],
  ['chat', { model: 'm'.repeat(201), messages }, `model must be the id of a model, at most 200 characters long, got "${'m'.repeat(59)}`, 'model'],
  ['chat', { model: 'm', messages: [] }, 'messages must be a list with at least one message, got []', 'messages'],
  ['chat', { model: 'm', messages: ['x'] }, 'messages[0] must be an object with a role, got "x"', 'messages[0]'],
  ['chat', { model: 'm', messages, stream: 'yes' }, 'stream must be true or false, got "yes"', 'stream'],
  ['chat', { model: 'm', messages, max_tokens: '99999' }, 'max_tokens must be a whole number of tokens, got "99999"', 'max_tokens'],
  ['responses', { model: 'm' }, 'input must be a text or a list of items, got nothing', 'input'],
  ['responses', { model: 'm', input: 'a', max_output_tokens: -1 }, 'max_output_tokens must be a whole number of tokens, got -1', 'max_output_tokens'],
  ['completions', { model: 'm', prompt: 3 }, 'prompt must be a text or a list of texts, got 3', 'prompt'],
  ['embeddings', { model: 'm', input: [] }, 'input must be a text or a list of texts, got []', 'input'],
  ['messages', { model: 'm', messages }, 'max_tokens must be a whole number of tokens, got nothing', 'max_tokens'],
  ['count_tokens', { model: 'm', messages: 'x' }, 'messages must be a list with at least one message, got "x"', 'messages'],
]

test.each(broken)('refuses a broken request for %s by field, value and fix', (api, body, message, field) => {
  let thrown: unknown
  try {
    readRequest(api, body)
  } catch (error) {
    thrown = error
  }
  expect(thrown).toBeInstanceOf(ServiceError)
  expect(thrown).toMatchObject({ code: 'invalid_argument', message, field })
})
