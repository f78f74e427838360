import { expect, it, test } from 'vitest'

// ruleid: excused-test
it.todo('adds three numbers')

// ruleid: excused-test
test('asks the server', { skip: 'the server is being moved' }, () => {
  expect(ask()).toBe('yes')
})

// Needs the accounts of issue 4711, which are not there yet.
it.skip('asks the accounts', () => { // ruleid: excused-test
  expect(ask()).toBe('yes')
})

// ruleid: excused-test
it.skip('asks a page behind a wall', () => {
  // the page asks for a captcha since May
  expect(ask()).toBe('yes')
})
