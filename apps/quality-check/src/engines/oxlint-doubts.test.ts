import { expect, test } from 'vitest'
import { readDiagnostics } from './oxlint-diagnostics.ts'

/** Whether what the engine says of the place after the mark is advice. */
function isAdvice(code: string | undefined, marked: string, extension = '.js', message = 'said'): boolean {
  const before = marked.slice(0, marked.indexOf('¦')).split('\n')
  const start = { line: before.length - 1, character: before.at(-1)?.length ?? 0 }
  const text = marked.replace('¦', '')
  const end = text.startsWith('{}', marked.indexOf('¦')) ? { ...start, character: start.character + 2 } : start
  const [found] = readDiagnostics(text, [{ range: { start, end }, message, ...(code !== undefined && { code }) }], extension)
  return found?.advice === true
}

test('a template, settings and types in JavaScript are no broken program; a broken one is', () => {
  expect(isAdvice(undefined, 'module.exports = { frameworks: [¦%FRAMEWORKS%] }')).toBe(true)
  expect(isAdvice(undefined, 'import runtime from ¦$DEPENDENCY;')).toBe(true)
  expect(isAdvice(undefined, "¦{{content-for 'head'}}")).toBe(true)
  expect(isAdvice(undefined, 'interface Log {\n  ¦__Functions.ForInterface__\n}', '.ts')).toBe(true)
  expect(isAdvice(undefined, 'module.exports = { frameworks: [¦${ frameworks }] }')).toBe(true)
  expect(isAdvice(undefined, '// ours\n{\n  host: "a",\n¦  port: 1\n}')).toBe(true)
  expect(isAdvice(undefined, '{\n¦  "Found %s, going on": "Gefunden"\n}')).toBe(true)
  expect(isAdvice(undefined, '¦type Props = { count: number }')).toBe(true)
  expect(isAdvice(undefined, '<?xml ¦version="1.0"?>\n<TS language="fr"/>', '.ts')).toBe(true)
  expect(isAdvice(undefined, "¦export min from './min'")).toBe(true)
  expect(isAdvice(undefined, '¦type Props = { count: number', '.ts')).toBe(false)
  expect(isAdvice(undefined, 'export function sum(a, b) {\n  return a ¦+\n}')).toBe(false)
  expect(isAdvice(undefined, "const a = <p style={{ color: 'red' }¦</p>", '.jsx')).toBe(false)
})

test('what is ignored with a reason on the line before is advice', () => {
  expect(isAdvice('typescript(ban-ts-comment)', '// The types of the library lack this field\n¦// @ts-ignore\nuse(x.y)', '.ts')).toBe(true)
  expect(isAdvice('typescript(ban-ts-comment)', 'const x = load()\n¦// @ts-ignore\nuse(x.y)', '.ts')).toBe(false)
  expect(isAdvice('typescript(ban-ts-comment)', '// An image of the client may replace these files with its\n// own hooks\n¦// @ts-ignore\nuse(x.y)', '.ts')).toBe(true)
  expect(isAdvice('typescript(ban-ts-comment)', '// The types of the library lack this field\n// @ts-ignore\nuse(x.y)\n¦// @ts-ignore\nuse(x.z)', '.ts')).toBe(true)
  expect(isAdvice('typescript(ban-ts-comment)', 'const x = load()\n// @ts-ignore\nuse(x.y)\n¦// @ts-ignore\nuse(x.z)', '.ts')).toBe(false)
  expect(isAdvice('typescript(ban-ts-comment)', '// The types of the library lack this field\nconst x = load()\n¦// @ts-ignore\nuse(x.y)', '.ts')).toBe(false)
})

test('a function that a comment says is replaced is advice, as is the next one under it', () => {
  expect(isAdvice('eslint(no-func-assign)', 'function draw() {}\n// The preview must not draw.\n¦draw = () => {}\n')).toBe(true)
  expect(isAdvice('eslint(no-func-assign)', 'function draw() {}\n// The preview must not draw.\ndraw = () => {}\n¦drawAll = () => {}\n')).toBe(true)
  expect(isAdvice('eslint(no-func-assign)', '// Draws.\nfunction draw() {}\n¦draw = () => {}\n')).toBe(false)
})

test('what hides only a line on the console, or the code of others, is advice', () => {
  const code = 'unicorn(no-abusive-eslint-disable)'
  expect(isAdvice(code, 'report(error)\n  ¦// eslint-disable-next-line\n  console.error(error)\n')).toBe(true)
  expect(isAdvice(code, 'console.error(error) ¦// eslint-disable-line\n')).toBe(true)
  expect(isAdvice(code, '¦// eslint-disable-next-line\nreport(console.error(error))\n')).toBe(false)
  expect(isAdvice(code, '¦/* eslint-disable */\nconsole.error(error)\n')).toBe(false)
  expect(isAdvice(code, "¦/* eslint-disable */\n// Without eslint, as it's not our code.\nimport { slide } from 'slides'\n")).toBe(true)
  expect(isAdvice(code, '¦/* eslint-disable */\n/* Please see https://example.org/scroller */\nexport const top = 1\n')).toBe(true)
  expect(isAdvice(code, '¦/* eslint-disable */\n// Scrolls the page.\nexport const top = 1 // taken from the first page\n')).toBe(false)
  expect(isAdvice(code, '// Must stay mutable, as a test replaces it.\n¦// eslint-disable-next-line\nlet steps = [first]\n')).toBe(true)
  expect(isAdvice(code, '// Must stay mutable, as a test replaces it.\n¦/* eslint-disable */\nlet steps = [first]\n')).toBe(false)
  expect(isAdvice(code, '// Taken from the page of a framework.\n¦// eslint-disable-next-line\nexport const top = 1\n')).toBe(false)
})

test('only what a finally always does is held against it', () => {
  expect(isAdvice('eslint(no-unsafe-finally)', 'finally {\n  if (_didIteratorError) {\n    ¦throw _iteratorError;\n')).toBe(true)
  expect(isAdvice('eslint(no-unsafe-finally)', 'finally { if (e_1) ¦throw e_1.error; }')).toBe(true)
  expect(isAdvice('eslint(no-unsafe-finally)', 'finally {\n  ¦return result\n')).toBe(false)
  expect(isAdvice('eslint(no-unsafe-finally)', "finally {\n  ¦throw new Error('closed')\n")).toBe(false)
  expect(isAdvice('eslint(no-unsafe-finally)', 'catch (error) {\n  try { close() }\n  finally {\n    ¦throw error;\n')).toBe(true)
  expect(isAdvice('eslint(no-unsafe-finally)', 'finally {\n  if (isLeft) {\n    ¦throw error\n')).toBe(true)
})

test('a piece of a program that a build puts together is no broken one; what loads or exports something is whole', () => {
  expect(isAdvice(undefined, "(function (root, factory) {\n  factory(root.$)\n}(this, function ($) {\n'use strict';\n¦")).toBe(true)
  expect(isAdvice(undefined, 'module.exports = function ($) {\n  return $(¦')).toBe(false)
  expect(isAdvice(undefined, '// ends what intro.js begins\n¦}));\n')).toBe(true)
  expect(isAdvice(undefined, 'IScroll.prototype = {\n  version: 5,\n¦')).toBe(false)
  expect(isAdvice(undefined, 'let shown = 0\nfunction draw(data) {\n  shown = data\n¦')).toBe(false)
  expect(isAdvice(undefined, "  _wheel¦: function () {},\n  last: S2.require('a')\n")).toBe(true)
  expect(isAdvice(undefined, "const run = require('./run')\nrun()\n¦}));\n")).toBe(false)
  expect(isAdvice(undefined, '<p>{name¦\n', '.jsx')).toBe(false)
  expect(isAdvice(undefined, 'const draw = (¦data) => {\n  const data = read()\n}', '.js', 'Identifier `data` has already been declared')).toBe(false)
})

test('an asynchronous executor that tries what it awaits is advice', () => {
  expect(isAdvice('eslint(no-async-promise-executor)', 'return new Promise(¦async (resolve, reject) => {\n  const timer = start(reject)\n  try {\n    resolve(await load())\n  } catch (error) { reject(error) }\n})')).toBe(true)
  expect(isAdvice('eslint(no-async-promise-executor)', 'return new Promise(¦async (resolve) => {\n  resolve(await load())\n})\ntry {}')).toBe(false)
})

test('an expectation of another library, a whole sentence, is no misspelt one', () => {
  const told = (line: string) => readDiagnostics(line, [{ range: { start: { line: 0, character: 0 }, end: { line: 0, character: line.length } }, code: 'vitest(valid-expect)', message: 'Expect has an unknown modifier.' }], '.js').length
  expect([told("expect(cookie('token')).to.not.be('foo')"), told('expect(total(cart)).not.to.be(3)'), told('expect(total).nto.toBe(3)')]).toEqual([0, 0, 1])
})

test.each([
  ['await unlink(path).catch(() => ', 0],
  ['await fs.rm(join(folder, name), { force: true }).catch(function () ', 0],
  ['await orders.save(path).catch(() => ', 1],
  ['await unlink(path).then(tell).catch(() => ', 1],
])('clean-up may fail in silence, work may not: %s', (before, told) => {
  const start = { line: 0, character: before.length }
  const found = readDiagnostics(`${before}{})`, [{ range: { start, end: { line: 0, character: start.character + 2 } }, code: 'eslint(no-empty-function)', message: 'Unexpected empty function' }], '.ts')
  expect(found).toHaveLength(told)
})
