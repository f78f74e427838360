import { expect, test } from 'vitest'
import { IntrusiveSet, type IntrusiveSetItem } from './intrusive-set.ts'

interface Named extends IntrusiveSetItem {
  readonly name: string
}

const named = (name: string): Named => ({ name, setIndex: -1 })
const names = (set: IntrusiveSet<Named>) => [...set].map(({ name }) => name).toSorted().join('')

test('deletes the first item, the last, one in the middle, one that is already gone and one that was never added', () => {
  const set = new IntrusiveSet<Named>()
  const [a, b, c, d, absent] = ['a', 'b', 'c', 'd', 'x'].map(named) as [Named, Named, Named, Named, Named]
  for (const item of [a, b, c, d]) set.add(item)
  set.delete(b)
  set.delete(b)
  set.delete(absent)
  expect([names(set), set.size, set.has(b), set.has(d)]).toEqual(['acd', 3, false, true])
  set.delete(d)
  set.delete(a)
  expect([names(set), set.has(c)]).toEqual(['c', true])
  set.add(b)
  set.delete(c)
  expect(names(set)).toBe('b')
})

test('iterates over the items that were there when the iteration began', () => {
  const set = new IntrusiveSet<Named>()
  for (const name of 'abc') set.add(named(name))
  const visited: string[] = []
  for (const item of set) {
    visited.push(item.name)
    set.delete(item)
  }
  expect([visited.join(''), set.size]).toEqual(['abc', 0])
})
