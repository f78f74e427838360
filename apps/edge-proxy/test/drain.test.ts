import { beforeAll, expect, test } from 'vitest'
import { waitUntil } from '@elder/testkit'
import { dataOf, question, requestIdOf, startRig, type Rig } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await startRig()
})

test('answers under way are finished before the door closes, and their facts are kept', async () => {
  const edge = await rig.startEdge()
  rig.provider.behave({ do: 'chunks', count: 10, everyMs: 30 })
  const response = await edge.complete({ ...question, stream: true })
  const stopped = edge.service.stop()
  const events = dataOf(await response.text())
  expect(events.at(-1)).toBe('[DONE]')
  await stopped
  await expect(edge.complete(question)).rejects.toThrow()
  await waitUntil(() => rig.factsOf(requestIdOf(response)).length === 1)
  expect(rig.factsOf(requestIdOf(response))[0]).toMatchObject({ outcome: 1 })
})

test('a stream that does not end in time is ended with a word of why', async () => {
  const edge = await rig.startEdge({ DRAIN_MS: '50' })
  rig.provider.behave({ do: 'streamForever', everyMs: 10 })
  const response = await edge.complete({ ...question, stream: true })
  const upstream = rig.provider.requests.at(-1)
  const stopped = edge.service.stop()
  const events = dataOf(await response.text()) as { error?: { code: string; type: string } }[]
  expect(events.at(-1)?.error).toMatchObject({ code: 'draining', type: 'unavailable' })
  await stopped
  await waitUntil(() => upstream?.aborted)
  await waitUntil(() => rig.factsOf(requestIdOf(response)).length === 1)
  expect(rig.factsOf(requestIdOf(response))[0]).toMatchObject({ outcome: 3, status: 200 })
})

test('while it drains it says that it is not ready', async () => {
  const edge = await rig.startEdge({ DRAIN_MS: '2000' })
  rig.provider.behave({ do: 'chunks', count: 20, everyMs: 30 })
  const ready = async () => (await fetch(`http://127.0.0.1:${edge.service.adminPort}/readyz`)).status
  expect(await ready()).toBe(200)
  const response = await edge.complete({ ...question, stream: true })
  const stopped = edge.service.stop()
  expect(await ready()).toBe(503)
  await response.text()
  await stopped
})

test('a port in use is reported with the fix, and nothing is left open', async () => {
  const edge = await rig.startEdge()
  await expect(rig.startEdge({ HTTP_PORT: String(edge.service.port) })).rejects.toThrow(`port ${edge.service.port} on 127.0.0.1 is in use (EADDRINUSE): stop what listens there or set ELDER_EDGE_PROXY_HTTP_PORT`)
})
