import { expect, test } from 'vitest'
import { nearest } from './nearest.ts'
import { normaliseOrigin } from './repository.ts'

test.each([
  ['git@github.com:owner/name.git', 'github.com/owner/name'],
  ['ssh://git@Git.Example.com:2222/owner/name.git', 'git.example.com/owner/name'],
  ['https://user:token@github.com/owner/name.git/', 'github.com/owner/name'],
  ['https://gitlab.com/group/sub/name', 'gitlab.com/group/sub/name'],
  ['/srv/git/name.git', undefined],
  ['../name', undefined],
  ['file:///srv/git/name.git', undefined],
])('names a repository by its origin: %s is %s', (url, id) => {
  expect(normaliseOrigin(url)).toBe(id)
})

test.each([
  ['statsu', 'status'],
  ['stat', 'status'],
  ['dwon', 'down'],
  ['xyzzy', undefined],
])('takes %s for %s', (word, meant) => {
  expect(nearest(word, ['up', 'down', 'status', 'search'])).toBe(meant)
})
