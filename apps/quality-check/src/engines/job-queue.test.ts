import { expect, test } from 'vitest'
import { JobQueue } from './job-queue.ts'

const later = { urgent: false, weight: 1 }

test('a job that never suits is passed over a limited number of times, as long as others keep coming', () => {
  const queue = new JobQueue<string>()
  queue.add('go', { urgent: false, weight: 2 })
  const taken: (string | undefined)[] = []
  for (let round = 0; round < 20; round++) {
    queue.add('python', later)
    taken.push(queue.take((job) => job === 'python'))
  }
  expect(taken.indexOf('go')).toBe(16)
})

test('a job that suits does not pass one that is urgent', () => {
  const queue = new JobQueue<string>()
  queue.add('python', later)
  queue.add('go', { urgent: true, weight: 1 })
  expect(queue.take((job) => job === 'python')).toBe('go')
})
