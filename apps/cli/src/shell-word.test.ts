import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { shellWord } from './shell-word.ts'

test.each(['/srv/elder/elder', '/home/ada/my projects/elder', "/tmp/it's/$HOME/`id`/ä", '/a"b\\c;d&e*', ''])('a shell reads %j as one word', (text) => {
  expect(execFileSync('/bin/sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' })).toBe(text)
})

test('what needs no quotes has none', () => {
  expect(shellWord('/srv/elder-1.2/elder')).toBe('/srv/elder-1.2/elder')
})
