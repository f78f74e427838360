import { expect, test } from 'vitest'
import { readRequest, reencodeAnswer } from '@elder/dialects'
import { inForm, storable } from './stored-answer.ts'

test('an answer that cannot be replayed as a stream is a miss for streamed requests, and a hit for others', () => {
  const asked = (stream: boolean) => readRequest('chat', { model: 'm', stream, messages: [{ role: 'user', content: 'hi' }] })
  const stored = storable(asked(false), Buffer.from('{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}'), { provider: 'odd', leftOut: undefined, storedAtMs: 0 })
  if (!stored) throw new Error('it was to be kept')
  expect(inForm(asked(true), stored)).toBeUndefined()
  expect(inForm(asked(false), stored)?.toString()).toContain('"choices":[]')
})

test.each([[false, true], [true, false]])('a stored message with an estimated usage says so in the other form too', (wasStream, isStream) => {
  const asked = (stream: boolean) => readRequest('messages', { model: 'm', max_tokens: 9, stream, messages: [{ role: 'user', content: 'hi' }] })
  const message = { id: 'a', type: 'message', role: 'assistant', model: 'm', content: [{ type: 'text', text: 'yes' }], stop_reason: 'end_turn', usage: { input_tokens: 4, output_tokens: 2, estimated: true } }
  const whole = Buffer.from(JSON.stringify(message))
  const sent = wasStream ? reencodeAnswer(asked(true))?.stream(whole) : whole
  const stored = sent && storable(asked(wasStream), sent, { provider: 'silent', leftOut: undefined, storedAtMs: 0 })
  if (!stored) throw new Error('it was to be kept')
  expect(inForm(asked(isStream), stored)?.toString()).toContain('"estimated":true')
})
