import { expect, test } from 'vitest'
import { readRequest } from '@elder/dialects'
import { inForm, storable } from './stored-answer.ts'

test('an answer that cannot be replayed as a stream is a miss for streamed requests, and a hit for others', () => {
  const asked = (stream: boolean) => readRequest('chat', { model: 'm', stream, messages: [{ role: 'user', content: 'hi' }] })
  const stored = storable(asked(false), Buffer.from('{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}'), { provider: 'odd', leftOut: undefined, storedAtMs: 0 })
  if (!stored) throw new Error('it was to be kept')
  expect(inForm(asked(true), stored)).toBeUndefined()
  expect(inForm(asked(false), stored)?.toString()).toContain('"choices":[]')
})
