import { createContextKey, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { expect, test } from 'vitest'
import { contextFrom, spanForMany, traceIdOf, traceparentOf, withSpan } from './spans.ts'
import { UnexportedTracer } from './unexported-tracer.ts'

const tracer = new UnexportedTracer()

test.each([
  ['the root', ROOT_CONTEXT],
  ["a caller's", contextFrom(`00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`)],
])('a span takes its place in %s context as the API would put it there', (_, parent) => {
  const span = tracer.startSpan('one', {}, parent)
  const own = withSpan(parent, span)
  const theirs = trace.setSpan(parent, span)
  expect(trace.getSpan(own)).toBe(span)
  expect(traceparentOf(own)).toBe(traceparentOf(theirs))
  const next = tracer.startSpan('next', {}, parent)
  expect(trace.getSpan(trace.setSpan(own, next))).toBe(next)
  const key = createContextKey('something else')
  expect(own.getValue(key)).toBeUndefined()
  const more = own.setValue(key, 7)
  expect([more.getValue(key), traceIdOf(more)]).toEqual([7, span.spanContext().traceId])
  expect(own.getValue(key)).toBeUndefined()
  expect(traceIdOf(trace.deleteSpan(own))).toBeUndefined()
  expect(traceIdOf(own.deleteValue(key))).toBe(span.spanContext().traceId)
})

test('what is done for many is a part of the first trace that is recorded, and linked to the others', () => {
  const caller = (digit: string, isRecorded: boolean) => `00-${digit.repeat(32)}-${digit.repeat(16)}-0${isRecorded ? 1 : 0}`
  const span = spanForMany('write', [caller('a', false), undefined, caller('b', true), caller('c', true)])
  expect(traceparentOf(span.parent)).toBe(caller('b', true))
  expect(span.links?.map(({ context }) => context.traceId)).toEqual(['a'.repeat(32), 'c'.repeat(32)])
  expect(traceparentOf(spanForMany('write', [caller('a', false)]).parent)).toBe(caller('a', false))
})
