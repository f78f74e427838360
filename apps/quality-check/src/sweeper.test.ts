import { afterEach, expect, test, vi } from 'vitest'
import { createSweeper } from './sweeper.ts'

afterEach(() => void vi.useRealTimers())

const turn = () => new Promise((resolve) => setImmediate(resolve))
const leave = () => new WeakRef({ left: 'behind' })

test('memory is given back a second after a large check, once nothing is checked', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  let isBusy = true
  let sweptThreads = 0
  const sweeper = createSweeper(() => isBusy, () => sweptThreads++)
  const left = leave()
  await turn()
  sweeper.ended(100)
  vi.advanceTimersByTime(3_500)
  await turn()
  expect(left.deref()).toBeDefined()
  await turn()
  isBusy = false
  vi.advanceTimersByTime(1_000)
  await turn()
  expect(left.deref()).toBeUndefined()
  expect(sweptThreads).toBe(1)
  sweeper.close()
})

test('a few files are not swept after, many small checks are', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const sweeper = createSweeper(() => false, () => undefined)
  sweeper.ended(99)
  expect(vi.getTimerCount()).toBe(0)
  sweeper.ended(1)
  expect(vi.getTimerCount()).toBe(1)
  sweeper.close()
  expect(vi.getTimerCount()).toBe(0)
})
