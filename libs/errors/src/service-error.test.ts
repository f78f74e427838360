import { expect, test } from 'vitest'
import { ServiceError, toServiceError } from './service-error.ts'

test('keeps what was raised on purpose as it is', () => {
  const raised = new ServiceError('not_found', 'key 1234 does not exist', { reason: 'KEY_UNKNOWN', field: 'keyId' })
  expect(toServiceError(raised)).toBe(raised)
  expect(raised).toMatchObject({ code: 'not_found', reason: 'KEY_UNKNOWN', field: 'keyId' })
})

test('hides the text of a bug from callers and keeps it as the cause', () => {
  const bug = new TypeError('cannot read properties of undefined: password=hunter2')
  const shown = toServiceError(bug)
  expect(shown.code).toBe('internal')
  expect(shown.message).toBe('internal error')
  expect(shown.cause).toBe(bug)
})
