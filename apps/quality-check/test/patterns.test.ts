import { expect, test } from 'vitest'
import { checkPatterns } from '../src/engines/patterns.ts'
import { checkDockerfile } from '../src/engines/dockerfile.ts'
import type { Language } from '../src/source-file.ts'

const look = (language: Language, text: string) => checkPatterns({ text, language, extension: '', bareName: '', fileClass: 'source' }).map(({ rule, line, column }) => `${line}:${column} ${rule}`)

test('places count in UTF-16 units, whatever stands before', () => {
  expect(look('go', 'package a\n/* 日𝒳 */ var c = tls.Config{InsecureSkipVerify: true}\n')).toEqual(['2:30 certificate-not-checked'])
})

test('of what is long the first line is the place', () => {
  const [place] = checkPatterns({ text: `#!/bin/sh\n${'run something with many words\n'.repeat(40)}`, language: 'shell', extension: '', bareName: '', fileClass: 'source' })
  expect(place).toMatchObject({ rule: 'no-strict-mode', line: 1, endLine: 1 })
})

test.each([
  ['lists in lists', '- '.repeat(400)],
  ['keys in keys', '? '.repeat(400)],
  ['maps in maps', Array.from({ length: 400 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
])('YAML that would end the process is not read: %s', (_, text) => {
  expect(() => look('yaml', text)).toThrow('nested more than 100 deep')
})

test.each([
  ['go', `package a\nvar x = ${'f('.repeat(2_000)}${')'.repeat(2_000)}`],
  ['rust', `fn f() { ${'if a { '.repeat(2_000)}${'}'.repeat(2_000)} }`],
  ['shell', `echo ${'$('.repeat(2_000)}`],
  ['yaml', `a: ${'['.repeat(5_000)}`],
  ['sql', `select * from ${'(select * from '.repeat(1_500)}t${')'.repeat(1_500)}`],
] as const)('%s nested deeper than anybody writes is refused before it is parsed, with what one can do', (language, text) => {
  expect(() => look(language, text)).toThrow('brackets are nested more than 200 deep: split the expression, or exclude the file in elder.yaml')
})

test.each([
  ['java', `class A { void f() { a${'.b()'.repeat(2_000)}; } }`],
  ['rust', `fn f() { a${'.b()'.repeat(2_000)}; }`],
  ['shell', `${'if true; then\n'.repeat(2_000)}x\n${'fi\n'.repeat(2_000)}`],
  ['sql', `select ${'case when 1 then '.repeat(2_000)}1${' end'.repeat(2_000)}`],
] as const)('nesting without end in %s harms nobody', (language, text) => {
  expect(look(language, text)).toEqual([])
})

test('a Dockerfile without FROM is read all the same', () => {
  const task = { text: 'ARG TOKEN=x81kd02ms71\n', language: 'dockerfile', extension: '', bareName: 'Dockerfile', fileClass: 'source' } as const
  expect(checkDockerfile(task).map(({ rule, line }) => `${line} ${rule}`)).toEqual(['1 secret-in-image'])
})
