import { execFileSync } from 'node:child_process'
import { ROOT_CONTEXT } from '@opentelemetry/api'
import { expect, test } from 'vitest'
import { contextFrom } from './spans.ts'
import { SamplingTracer, UnexportedTracer } from './unexported-tracer.ts'

const key = `elder_abcd1234_${'x'.repeat(43)}`

/** What a service's log shows: it goes to the process's standard output, so a process writes it. */
function logOf(statement: string): string {
  const program = `
    import { createTelemetry } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)}
    const { logger } = await createTelemetry('probe', '1', { logLevel: 'info', otlpEndpoint: undefined, sampleRatio: 1 })
    ${statement}`
  return execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' })
}

test('a log line never shows a secret, whether in a field, a message or an error', () => {
  const log = logOf(`
    logger.info({ authorization: 'hunter2', request: { apiKey: 'hunter2' } }, 'a field')
    logger.info('refused ${key}')
    logger.error({ err: new Error('connect redis://:hunter2@127.0.0.1') }, 'an error')`)
  expect(log.trim().split('\n')).toHaveLength(3)
  expect(log).not.toContain('hunter2')
  expect(log).not.toContain(key)
  expect(log).toContain('[redacted]')
})

test('a log line says who wrote it, when in UTC, and how grave it is', () => {
  expect(JSON.parse(logOf("logger.warn({ port: 1 }, 'listening')"))).toMatchObject({ level: 'warn', service: 'probe', msg: 'listening', port: 1, time: expect.stringMatching(/Z$/) })
})

test('records the configured share of new traces, and follows the decision of a caller', async () => {
  const recording: string[] = []
  const inner = new UnexportedTracer()
  const tracer = (ratio: number) =>
    new SamplingTracer(
      {
        startSpan: (name, options, context) => {
          recording.push(name)
          return inner.startSpan(name, options, context)
        },
      },
      ratio,
    )
  const caller = (flags: string) => contextFrom(`00-${'a'.repeat(32)}-${'b'.repeat(16)}-${flags}`)
  for (let i = 0; i < 2_000; i++) tracer(0.1).startSpan('new', {}, ROOT_CONTEXT)
  expect(recording.length).toBeGreaterThan(100)
  expect(recording.length).toBeLessThan(320)
  recording.length = 0
  tracer(1).startSpan('all', {}, ROOT_CONTEXT)
  tracer(0).startSpan('asked for', {}, caller('01'))
  const passed = tracer(1).startSpan('not asked for', {}, caller('00'))
  expect(recording).toEqual(['all', 'asked for'])
  expect(passed.spanContext().traceId).toBe('a'.repeat(32))
})
