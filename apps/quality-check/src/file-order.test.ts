import { expect, test } from 'vitest'
import { forEachGroup, type Ordered } from './file-order.ts'

const files = (language: Ordered['language'], count: number): Ordered[] => Array.from({ length: count }, (_, index) => ({ key: `${language} ${index}`, language, bytes: index }))

/** Runs entries until each has been ended by its name. */
function order(entries: readonly Ordered[]) {
  const begun: Ordered[] = []
  const ends = new Map<string, () => void>()
  const done = forEachGroup(entries, (entry) => {
    begun.push(entry)
    return new Promise((resolve) => ends.set(entry.key, resolve))
  })
  // Several steps of promises lie between the end of one and the beginning of the next.
  const end = (key: string) => new Promise<void>((resolve) => {
    ends.get(key)?.()
    setImmediate(resolve)
  })
  return { begun, end, done }
}

test('files of all languages are in progress, the longest of each first, and one that ends is followed by one of its language', async () => {
  const { begun, end, done } = order([...files('python', 20), ...files('javascript', 20)])
  expect(begun.slice(0, 4).map(({ key }) => key)).toEqual(['python 19', 'javascript 19', 'python 18', 'javascript 18'])
  expect(begun.length).toBe(16)
  for (let index = 19; index >= 0; index--) await end(`javascript ${index}`)
  expect(begun.slice(16, 28).every(({ language }) => language === 'javascript')).toBe(true)
  expect(begun.slice(28).map(({ key }) => key)).toEqual(['python 11', 'python 10', 'python 9', 'python 8', 'python 7', 'python 6', 'python 5', 'python 4'])
  for (let index = 19; index >= 0; index--) await end(`python ${index}`)
  await done
})

test('entries with the same key begin together', async () => {
  const { begun, end, done } = order([...files('python', 20), { key: 'python 0', language: 'python', bytes: 0 }])
  for (let index = 19; index > 3; index--) await end(`python ${index}`)
  expect(begun.slice(-2).map(({ key }) => key)).toEqual(['python 0', 'python 0'])
  expect(begun.length).toBe(21)
  void done
})
