import { expect, it } from 'vitest'

it('sends in the background', async () => {
  sendLater('hello')
  // ok: sleep-in-test
  await waitUntil(() => sent().length === 1)
  // One turn of the event loop.
  // ok: sleep-in-test
  await new Promise((resolve) => setTimeout(resolve, 0))
  expect(sent()).toEqual(['hello'])
})
