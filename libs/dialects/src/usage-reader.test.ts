import { expect, test } from 'vitest'
import type { Api } from './api.ts'
import { UsageReader } from './usage-reader.ts'

const usage = '{"prompt_tokens":12,"completion_tokens":34,"total_tokens":46,"prompt_tokens_details":{"cached_tokens":5}}'
const streams = {
  'a stream with usage at its end': `data: {"choices":[{"delta":{"content":"a"}}],"usage":null}\n\ndata: {"choices":[],"usage":${usage}}\n\ndata: [DONE]\n\n`,
  'an answer in one piece': `{"choices":[{"message":{"content":"say \\"usage\\":{\\"prompt_tokens\\":1}"}}],"usage" : ${usage} }\n`,
}

test.each(Object.entries(streams))('finds the counts of %s, wherever it is cut', (_, text) => {
  const whole = Buffer.from(text)
  for (let cut = 0; cut <= whole.length; cut++) {
    const reader = new UsageReader('chat')
    reader.read(whole.subarray(0, cut))
    reader.read(whole.subarray(cut))
    expect(reader.usage).toEqual({ inputTokens: 12, outputTokens: 34, cachedTokens: 5, cacheWriteTokens: 0 })
  }
})

const anthropic = 'event: message_start\ndata: {"message":{"content":[],"usage":{"input_tokens":10,"cache_read_input_tokens":5,"cache_creation_input_tokens":3,"output_tokens":1,"cache_creation":{"ephemeral_5m_input_tokens":3}}}}\n\nevent: content_block_delta\ndata: {"delta":{"text":"hi"}}\n\nevent: message_delta\ndata: {"delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":null,"output_tokens":34}}\n\n'
const counted = '"input_tokens":18,"input_tokens_details":{"cached_tokens":5,"cache_write_tokens":3},"output_tokens":34,"output_tokens_details":{"reasoning_tokens":2}'

test.each<[string, Api, string]>([
  ['a stream of messages, which counts at both ends', 'messages', anthropic],
  ['a message in one piece, with a tool that has an argument named usage', 'messages', '{"content":[{"type":"tool_use","input":{"usage":{"a":1}}}],"usage":{"input_tokens":10,"cache_read_input_tokens":5,"cache_creation_input_tokens":3,"output_tokens":34}}'],
  ['a stream of responses', 'responses', `event: response.created\ndata: {"response":{"usage":null}}\n\nevent: response.completed\ndata: {"response":{"tools":[{"parameters":{"properties":{"usage":{"type":"string"}}}}],"usage":{${counted}},"metadata":{}}}\n\n`],
])('finds the counts of %s, wherever it is cut', (_, api, text) => {
  const whole = Buffer.from(text)
  for (let cut = 0; cut <= whole.length; cut++) {
    const reader = new UsageReader(api)
    reader.read(whole.subarray(0, cut))
    reader.read(whole.subarray(cut))
    expect(reader.usage).toEqual({ inputTokens: 18, outputTokens: 34, cachedTokens: 5, cacheWriteTokens: 3 })
  }
})

test('counts what went into embeddings', () => {
  const reader = new UsageReader('embeddings')
  reader.read(Buffer.from('{"data":[{"embedding":[0.1]}],"usage":{"prompt_tokens":8,"total_tokens":8}}'))
  expect(reader.usage).toMatchObject({ inputTokens: 8, outputTokens: 0 })
})

test('finds a count that is followed by an event without one, in one piece', () => {
  const reader = new UsageReader('chat')
  reader.read(Buffer.from(`data: {"usage":${usage}}\n\ndata: {"usage": null}\n\ndata: {"usage":null}\n\ndata: [DONE]\n\n`))
  expect(reader.usage).toMatchObject({ inputTokens: 12, outputTokens: 34 })
})

test('finds them when every byte comes alone', () => {
  const reader = new UsageReader('chat')
  for (const byte of Buffer.from(streams['a stream with usage at its end'])) reader.read(Buffer.from([byte]))
  expect(reader.usage).toMatchObject({ inputTokens: 12 })
})

test.each([
  ['no usage at all', 'data: {"choices":[]}\n\ndata: [DONE]\n\n'],
  ['text that talks about usage', `data: {"choices":[{"delta":{"content":"\\"usage\\":{\\"prompt_tokens\\":1}"}}]}\n\n`],
  ['usage that is null', 'data: {"usage":null}\n\n'],
  ['counts that are no numbers', 'data: {"usage":{"prompt_tokens":"many"}}\n\n'],
  ['an object that never ends', `data: {"usage":{${'"a":1,'.repeat(2_000)}`],
])('counts nothing for %s', (_, text) => {
  const reader = new UsageReader('chat')
  for (let at = 0; at < text.length; at += 50) reader.read(Buffer.from(text.slice(at, at + 50)))
  expect(reader.usage).toBeUndefined()
})

test('takes the last of several counts', () => {
  const reader = new UsageReader('chat')
  for (const tokens of [1, 2, 3]) reader.read(Buffer.from(`data: {"choices":[],"usage":{"prompt_tokens":${tokens},"completion_tokens":0}}\n\n`))
  expect(reader.usage?.inputTokens).toBe(3)
})
