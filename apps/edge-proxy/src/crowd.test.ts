import { expect, test } from 'vitest'
import { Crowd, type Member } from './crowd.ts'

interface Person extends Member {
  readonly name: string
}

const person = (name: string): Person => ({ name, place: -1 })
const names = (crowd: Crowd<Person>) => [...crowd].map(({ name }) => name).toSorted().join('')

test('knows who is there, whoever leaves first, last, from the middle, twice or never came', () => {
  const crowd = new Crowd<Person>()
  const [a, b, c, d, stranger] = ['a', 'b', 'c', 'd', 'x'].map(person) as [Person, Person, Person, Person, Person]
  for (const one of [a, b, c, d]) crowd.add(one)
  crowd.delete(b)
  crowd.delete(b)
  crowd.delete(stranger)
  expect([names(crowd), crowd.size, crowd.has(b), crowd.has(d)]).toEqual(['acd', 3, false, true])
  crowd.delete(d)
  crowd.delete(a)
  expect([names(crowd), crowd.has(c)]).toEqual(['c', true])
  crowd.add(b)
  crowd.delete(c)
  expect(names(crowd)).toBe('b')
})

test('is walked as it was when the walk began', () => {
  const crowd = new Crowd<Person>()
  for (const name of 'abc') crowd.add(person(name))
  const met: string[] = []
  for (const one of crowd) {
    met.push(one.name)
    crowd.delete(one)
  }
  expect([met.join(''), crowd.size]).toEqual(['abc', 0])
})
