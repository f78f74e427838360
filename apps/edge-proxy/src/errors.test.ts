import { expect, test } from 'vitest'
import { codes, ServiceError } from '@elder/errors'
import { describeFailure, failureEvent, type Dialect } from './errors.ts'

const dialects: readonly Dialect[] = ['openai', 'problem', 'jsonrpc', 'continue']
const id = '0190a8f0-0000-7000-8000-000000000001'
const bodyOf = (dialect: Dialect, error: ServiceError) => JSON.parse(describeFailure(dialect, error, id).body) as Record<string, Record<string, unknown>>

test.each(codes)('%s has a status and a readable body in every dialect', (code) => {
  const error = new ServiceError(code, 'key 12 is odd: see https://docs.example/x', { field: 'key' })
  for (const dialect of dialects) {
    const { status, body } = describeFailure(dialect, error, id)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(body).not.toContain('https:')
    expect(body).not.toContain('server_error')
  }
})

test.each(codes)('an OpenAI client is never told of %s what makes it repeat a request that cannot succeed', (code) => {
  const error = new ServiceError(code, 'no')
  const { status } = describeFailure('openai', error, id)
  const { type } = bodyOf('openai', error).error ?? {}
  const types: Record<number, string> = { 429: 'rate_limit_exceeded', 500: 'internal_error', 501: 'provider_error', 503: 'unavailable', 504: 'provider_error' }
  expect(type).toBe(types[status] ?? 'invalid_request_error')
})

test('"soon" always says when', () => {
  expect(describeFailure('openai', new ServiceError('resource_exhausted', 'slow down', { retryAfterMs: 1_500 }), id).headers['retry-after']).toBe('2')
  expect(describeFailure('problem', new ServiceError('unavailable', 'away'), id).headers['retry-after']).toBe('1')
  expect(describeFailure('problem', new ServiceError('not_found', 'no'), id).headers).not.toHaveProperty('retry-after')
})

test.each(dialects)('a bug\'s text stays inside (%s)', (dialect) => {
  const { body } = describeFailure(dialect, new ServiceError('internal', 'cannot read password hunter2'), id)
  expect(body).not.toContain('hunter2')
  expect(body).toContain(id)
})

test('each dialect has its own shape', () => {
  const error = new ServiceError('not_found', 'model "x" does not exist', { reason: 'MODEL_NOT_FOUND', field: 'model' })
  expect(bodyOf('openai', error)).toEqual({ error: { message: 'model "x" does not exist', type: 'invalid_request_error', code: 'model_not_found', param: 'model' } })
  expect(bodyOf('problem', error)).toEqual({ type: 'about:blank', title: 'Not found', status: 404, detail: 'model "x" does not exist', code: 'not_found', reason: 'MODEL_NOT_FOUND', field: 'model', requestId: id })
  expect(bodyOf('jsonrpc', error)).toMatchObject({ jsonrpc: '2.0', id: null, error: { code: -32_600, message: 'model "x" does not exist' } })
  expect(bodyOf('continue', error)).toEqual([{ name: 'Elder', description: 'Not found', content: 'Elder could not answer: model "x" does not exist' }])
  expect(describeFailure('problem', error, id).headers['content-type']).toBe('application/problem+json')
  expect(failureEvent('openai', error, id)).toMatch(/^data: \{"error":.*\}\n\n$/)
  expect(failureEvent('problem', error, id)).toMatch(/^event: error\ndata: \{.*\}\n\n$/)
})
