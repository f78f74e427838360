import { expect, test } from 'vitest'
import { createEventQueue } from './event-queue.ts'

async function read<T>(queue: AsyncIterable<readonly T[]>, into: T[]): Promise<T[]> {
  for await (const events of queue) into.push(...events)
  return into
}

test('gives what was pushed before and while it is read, in order', async () => {
  const queue = createEventQueue<number>()
  queue.push(1)
  const reading = read(queue, [])
  queue.push(2)
  await Promise.resolve()
  queue.push(3)
  queue.close()
  expect(await reading).toEqual([1, 2, 3])
})

test('throws a failure after what was pushed before it', async () => {
  const queue = createEventQueue<number>()
  const got: number[] = []
  queue.push(1)
  queue.fail(new Error('over'))
  await expect(read(queue, got)).rejects.toThrow('over')
  expect(got).toEqual([1])
})
