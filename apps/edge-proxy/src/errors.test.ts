import { expect, test } from 'vitest'
import { codes, ServiceError } from '@elder/errors'
import { describeFailure, failureEvent, type Dialect } from './errors.ts'

const dialects: readonly Dialect[] = ['openai', 'responses', 'anthropic', 'problem', 'jsonrpc', 'continue']
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

test.each(codes)('an Anthropic client is told of %s in a type that it knows', (code) => {
  const error = new ServiceError(code, 'no')
  const { status } = describeFailure('anthropic', error, id)
  const types: Record<number, string> = { 401: 'authentication_error', 403: 'permission_error', 404: 'not_found_error', 429: 'rate_limit_error', 500: 'api_error', 501: 'api_error', 503: 'overloaded_error', 504: 'timeout_error' }
  expect(bodyOf('anthropic', error)).toEqual({ type: 'error', error: { type: types[status] ?? 'invalid_request_error', message: expect.any(String) as string }, request_id: id })
})

test('errors that a retry cannot fix are marked for model clients', () => {
  const refused = new ServiceError('failed_precondition', 'no', { reason: 'PROVIDER_KEY_REFUSED' })
  for (const dialect of ['openai', 'responses', 'anthropic'] as const) {
    expect(describeFailure(dialect, refused, id).headers['x-should-retry']).toBe('false')
    expect(describeFailure(dialect, new ServiceError('internal', 'no'), id).headers['x-should-retry']).toBe('false')
    for (const code of ['unauthenticated', 'permission_denied'] as const) expect(describeFailure(dialect, new ServiceError(code, 'no'), id).headers['x-should-retry']).toBe('false')
    for (const code of ['unavailable', 'resource_exhausted'] as const) expect(describeFailure(dialect, new ServiceError(code, 'soon'), id).headers).not.toHaveProperty('x-should-retry')
  }
  expect(describeFailure('problem', refused, id).headers).not.toHaveProperty('x-should-retry')
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
  expect(failureEvent('anthropic', error, id)).toMatch(/^event: error\ndata: \{"type":"error","error":\{"type":"not_found_error".*\}\n\n$/)
  const [failed, told] = failureEvent('responses', error, id, 7).split('\n\n')
  expect(failed).toMatch(/^event: response.failed\ndata: \{"type":"response.failed","sequence_number":7,"response":\{.*"error":\{"code":"model_not_found"/)
  expect(told).toMatch(/^event: error\ndata: \{"type":"error","sequence_number":8,"code":"model_not_found"/)
  expect(failureEvent('problem', error, id)).toMatch(/^event: error\ndata: \{.*\}\n\n$/)
})

test('a fault of a policy names the field by which it was sent', () => {
  expect(bodyOf('problem', new ServiceError('invalid_argument', 'elder.yaml: version must be 1', { field: 'policyYaml.version' }))).toMatchObject({ field: 'policy.version' })
})

test('a URL is extracted from surrounding quotes', () => {
  expect(bodyOf('problem', new ServiceError('invalid_argument', 'must be http or https, got "ftp://a.example/b", "www.example"'))).toMatchObject({ detail: 'must be http or https, got "[address]", "[address]"' })
})
