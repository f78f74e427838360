import * as prom from 'prom-client'
import { expect, test } from 'vitest'
import { Counter, Gauge, Histogram } from './instruments.ts'

const openMetrics = () => {
  const registry = new prom.Registry()
  registry.setContentType(prom.Registry.OPENMETRICS_CONTENT_TYPE as never)
  registry.setDefaultLabels({ service: 'probe' })
  return registry
}

/** The order of labels means nothing. */
const ordered = (text = '') => text.replaceAll(/\{([^}]*)\}/g, (_, labels: string) => `{${labels.split(',').toSorted().join()}}`)

test('tells what prom-client would tell of the same events', async () => {
  const texts = await Promise.all(
    [prom, { Counter, Gauge, Histogram }].map(async (instruments) => {
      const registers = [openMetrics()]
      const requests = new instruments.Counter<'route' | 'status'>({ name: 'requests_total', help: 'Requests.', labelNames: ['route', 'status'], registers })
      const bare = new instruments.Counter({ name: 'bare_total', help: 'Without labels.', registers })
      const open = new instruments.Gauge({ name: 'open', help: 'Open.', registers })
      const busy = new instruments.Gauge<'provider'>({ name: 'busy', help: 'Busy.', labelNames: ['provider'], registers })
      const seconds = new instruments.Histogram<'route'>({ name: 'seconds', help: 'Seconds.', labelNames: ['route'], buckets: [0.1, 1], registers })
      requests.inc({ route: '/a', status: '200' })
      requests.inc({ route: '/a', status: '200' }, 4)
      requests.inc({ route: '/b', status: '500' })
      bare.inc()
      bare.inc(2)
      open.inc()
      open.inc()
      open.dec()
      busy.set({ provider: 'p' }, 7)
      busy.inc({ provider: 'q' })
      for (const value of [0.05, 0.1, 0.5, 3]) seconds.observe({ route: '/a' }, value)
      seconds.observe({ route: '/b' }, 2)
      const first = ordered(await registers[0]?.metrics())
      requests.inc({ route: '/a', status: '200' })
      open.dec()
      return [first, ordered(await registers[0]?.metrics())]
    }),
  )
  expect(texts[1]).toEqual(texts[0])
  expect(texts[1]?.[1]).toContain('requests_total{route="/a",service="probe",status="200"} 6')
})

test('names the last trace of each bucket', async () => {
  const registry = openMetrics()
  const seconds = new Histogram<'route'>({ name: 'seconds', help: 'Seconds.', labelNames: ['route'], buckets: [0.1, 1], registers: [registry] })
  seconds.see({ route: '/a' }, 0.5, 'a'.repeat(32))
  seconds.see({ route: '/a' }, 0.7, 'b'.repeat(32))
  seconds.see({ route: '/a' }, 9)
  const text = await registry.metrics()
  expect(text).toMatch(new RegExp(`seconds_bucket\\{le="1",route="/a",service="probe"\\} 2 # \\{trace_id="${'b'.repeat(32)}"\\} 0.7 \\d+`))
  expect(text).toContain('seconds_bucket{le="+Inf",route="/a",service="probe"} 3\n')
})

test('takes a number and its text, and an absent label and an empty one, for the same', async () => {
  const registry = openMetrics()
  const requests = new Counter<'route' | 'status'>({ name: 'requests_total', help: 'Requests.', labelNames: ['route', 'status'], registers: [registry] })
  requests.inc({ route: '/a', status: 200 })
  requests.inc({ route: '/a', status: '200' })
  requests.inc({ route: '', status: 404 })
  requests.inc({ status: 404 })
  const text = ordered(await registry.metrics())
  expect(text).toContain('requests_total{route="/a",service="probe",status="200"} 2')
  expect(text.match(/status="404"\} 2/g)).toHaveLength(1)
})
