import { expect, it } from 'vitest'

it('sends in the background', async () => {
  sendLater('hello')
  // ruleid: sleep-in-test
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(sent()).toEqual(['hello'])
})

it('sends again', async () => {
  sendLater('hello')
  // ruleid: sleep-in-test
  await sleep(1_000)
  expect(sent()).toEqual(['hello'])
})
