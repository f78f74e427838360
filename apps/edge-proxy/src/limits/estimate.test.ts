import { expect, test } from 'vitest'
import type { Api, GenerationRequest } from '@elder/dialects'
import { estimate, outputSeen } from './estimate.ts'

function asked(value: Record<string, unknown>, changes: Partial<GenerationRequest> = {}): { request: GenerationRequest; bytes: number } {
  const request = { api: 'chat' as Api, model: 'm', stream: false, includeUsage: false, maxOutputTokens: undefined, value, ...changes } as GenerationRequest
  return { request, bytes: Buffer.byteLength(JSON.stringify(value)) }
}

function estimated(value: Record<string, unknown>, changes: Partial<GenerationRequest> = {}, bound = 0) {
  const { request, bytes } = asked(value, changes)
  return estimate(request, bytes, 500, bound)
}

test('four bytes of a request are taken for a token', () => {
  const text = 'x'.repeat(40_000)
  expect(estimated({ messages: [{ role: 'user', content: text }] }).inputTokens).toBeGreaterThanOrEqual(10_000)
  expect(estimated({ messages: [{ role: 'user', content: text }] }).inputTokens).toBeLessThan(10_050)
})

const bytes = 'iVBORw0KGgo'.repeat(200_000)
test.each([
  ['a picture of chat completions', { type: 'image_url', image_url: { url: `data:image/png;base64,${bytes}` } }],
  ['a picture of responses', { type: 'input_image', image_url: `data:image/png;base64,${bytes}` }],
  ['a picture of messages', { type: 'image', source: { type: 'base64', media_type: 'image/png', data: bytes } }],
  ['a recording', { type: 'input_audio', input_audio: { data: bytes, format: 'wav' } }],
  ['a document', { type: 'file', file: { file_data: `data:application/pdf;base64,${bytes}` } }],
])('%s is not counted by its bytes', (_, part) => {
  const { inputTokens } = estimated({ messages: [{ role: 'user', content: [part] }] })
  expect(inputTokens).toBeGreaterThanOrEqual(1_000)
  expect(inputTokens).toBeLessThan(1_200)
})

test('long text in those fields is counted as text', () => {
  expect(estimated({ messages: [{ role: 'user', content: [{ data: 'words and words '.repeat(1_000) }] }] }).inputTokens).toBeGreaterThan(4_000)
})

test.each([
  ['what is asked for', 70, 0, 70],
  ['the default', undefined, 0, 500],
  ['no more than the policy allows', 70, 20, 20],
  ['no more than the policy allows, by default too', undefined, 20, 20],
  ['the default in place of nonsense', -5, 0, 500],
  ['nothing where nothing is wanted', 0, 0, 0],
])('for the answer is reserved %s', (_, maxOutputTokens, bound, expected) => {
  expect(estimated({}, { maxOutputTokens }, bound).outputTokens).toBe(expected)
})

test('each choice of an answer is reserved for', () => {
  expect(estimated({ n: 3 }, { maxOutputTokens: 10 }).outputTokens).toBe(30)
  expect(estimated({ n: 1e9 }, { maxOutputTokens: 10 }).outputTokens).toBe(1_280)
})

test('of completions each prompt is reserved for, and each that only the best is taken from', () => {
  const asked = (value: Record<string, unknown>) => estimated(value, { api: 'completions', maxOutputTokens: 10 }).outputTokens
  expect(asked({ prompt: ['a', 'b', 'c'], n: 2, best_of: 4 })).toBe(120)
  expect(asked({ prompt: [1, 2, 3] })).toBe(10)
  expect(asked({ prompt: [[1, 2], [3]] })).toBe(20)
  expect(estimated({ best_of: 4 }, { maxOutputTokens: 10 }).outputTokens).toBe(10)
})

test('embeddings have no output, and counting tokens uses none', () => {
  expect(estimated({ input: 'text' }, { api: 'embeddings' }).outputTokens).toBe(0)
  expect(estimated({ input: 'text' }, { api: 'count_tokens' })).toEqual({ inputTokens: 0, outputTokens: 0 })
})

test('what was seen of an answer is taken for no more than was reserved', () => {
  expect(outputSeen(1_280, true, 100)).toBe(10)
  expect(outputSeen(1_000_000, true, 100)).toBe(100)
  expect(outputSeen(400, false, 1_000)).toBe(100)
})
