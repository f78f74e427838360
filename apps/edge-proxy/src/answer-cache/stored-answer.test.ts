import { expect, test } from 'vitest'
import { readRequest } from '@elder/dialects'
import { inForm, storable } from './stored-answer.ts'

test('an answer that cannot be had as a stream is none for whoever wants one, and the same for whoever does not', () => {
  const asked = (stream: boolean) => readRequest('chat', { model: 'm', stream, messages: [{ role: 'user', content: 'hi' }] })
  const stored = storable(asked(false), Buffer.from('{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}'), { provider: 'odd', leftOut: undefined, storedAtMs: 0 })
  if (!stored) throw new Error('it was to be kept')
  expect(inForm(asked(true), stored)).toBeUndefined()
  expect(inForm(asked(false), stored)?.toString()).toContain('"choices":[]')
})
