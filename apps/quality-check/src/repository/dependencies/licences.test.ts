import { expect, test } from 'vitest'
import { InstalledLicences, isAllowed, judgeLicences, licenceIn } from './licences.ts'

const pinned = (name: string, licence?: string) => ({ ecosystem: 'npm' as const, name, version: '1.0.0', path: 'package-lock.json', line: 3, licence })

test.each([
  ['MIT', [], ['AGPL-3.0-only'], true],
  ['AGPL-3.0-only', [], ['AGPL-3.0-only'], false],
  ['agpl-3.0-ONLY', [], ['AGPL-3.0-only'], false],
  ['MIT OR AGPL-3.0-only', [], ['AGPL-3.0-only'], true],
  ['MIT AND AGPL-3.0-only', [], ['AGPL-3.0-only'], false],
  ['(MIT AND (ISC OR AGPL-3.0-only))', [], ['AGPL-3.0-only'], true],
  ['GPL-2.0-only WITH Classpath-exception-2.0', ['GPL-2.0-only'], [], true],
  ['ISC', ['MIT'], [], false],
  ['MIT OR ISC', ['ISC'], ['MIT'], true],
  ['UNLICENSED', ['MIT'], [], false],
  ['SEE LICENSE IN LICENCE.txt', ['MIT'], [], undefined],
  ['Apache 2.0', ['MIT'], [], undefined],
  ['(MIT', ['MIT'], [], undefined],
  ['', ['MIT'], [], undefined],
] as const)('%s, with %j allowed and %j denied: %s', (expression, allow, deny, expected) => {
  expect(isAllowed(expression, { allow, deny })).toBe(expected)
})

test('a denied licence is a flaw of its version, where it is pinned; one that nothing tells is said to be unknown', () => {
  const { flaws, problem } = judgeLicences([pinned('good', 'MIT'), pinned('bad', 'AGPL-3.0-only'), pinned('silent')], ({ licence }) => licence, { allow: [], deny: ['AGPL-3.0-only'] })
  expect(flaws).toMatchObject([{ dependency: 'npm:bad', diagnostic: { rule: 'denied-licence', path: 'package-lock.json', line: 3, message: 'bad 1.0.0 is licensed under AGPL-3.0-only, which elder.yaml denies' } }])
  expect(problem).toBe('nothing says the licence of silent: package-lock.json does, or the package.json files in node_modules when they are sent')
  expect(judgeLicences([pinned('other', 'ISC')], ({ licence }) => licence, { allow: ['MIT'], deny: [] }).flaws[0]?.diagnostic.message).toBe('other 1.0.0 is licensed under ISC, which is none of those that elder.yaml allows')
})

test('old forms of the field are understood, and manifests of installed packages tell theirs', () => {
  expect([licenceIn({ type: 'MIT' }), licenceIn([{ type: 'MIT' }, { type: 'ISC' }]), licenceIn(7)]).toEqual(['MIT', 'MIT OR ISC', undefined])
  const installed = new InstalledLicences()
  const add = (path: string, fields: object | string) => installed.add(path, Buffer.from(typeof fields === 'string' ? fields : JSON.stringify({ version: '1.0.0', ...fields })))
  add('node_modules/@scope/pad/package.json', { name: '@scope/pad', license: 'ISC' })
  add('node_modules/broken/package.json', '{')
  add('packages/own/package.json', { name: 'own', license: 'MIT' })
  expect([installed.of(pinned('@scope/pad')), installed.of(pinned('broken')), installed.of(pinned('own'))]).toEqual(['ISC', undefined, undefined])
})
