import { expect, test } from 'vitest'
import type { Advice } from '../finding.ts'
import { loadAnalyser } from '../file-analyser.ts'
import type { FileClass } from '../source-file.ts'

/** A rule, and whether what it says here is advice. */
const verdict = ({ rule, advice }: { readonly rule: string; readonly advice?: Advice }) => (advice === true ? `${rule} advice` : rule)

async function findingsIn(text: string, fileClass: FileClass = 'source') {
  const analyse = await loadAnalyser('python')
  return (await analyse({ text, extension: '.py', bareName: '', fileClass, language: 'python' })).filter(({ clears }) => clears !== true)
}

test.each<[string, FileClass, string, string[]]>([
  ['a short line', 'source', 'total = 1  # noqa', ['style-suppression']],
  ['a line that is too long', 'source', `address = "https://example.org/${'a'.repeat(80)}"  # noqa`, ['style-suppression advice']],
  ['the index of a package', 'package', 'total = 1  # noqa', ['style-suppression advice']],
])('of a bare noqa in %s it says what the comment may be about', async (_what, fileClass, line, rules) => {
  expect((await findingsIn(`${line}\n`, fileClass)).filter(({ rule }) => rule === 'style-suppression').map(verdict)).toEqual(rules)
})

test.each([
  ['from net import a, b  # noqa\n', ['style-suppression']],
  ['def stop():\n    raise NotRunning  # noqa\n', ['PGH004']],
  ['# flake8: noqa\nfrom net import *\n', ['style-suppression']],
  ['# flake8: noqa\ndef stop():\n    raise NotRunning\n', ['PGH004']],
])('%j weighs what it hides', async (text, rules) => {
  expect((await findingsIn(text)).map(({ rule }) => rule).filter((rule) => /PGH004|suppression/.test(rule))).toEqual(rules)
})

test.each([
  ['from net import a, b  # noqa', 'style-suppression', true],
  ['try:\n    import lxml  # noqa\nexcept ImportError:\n    lxml = None', 'style-suppression', true],
  ['from shop.settings import *  # noqa', 'style-suppression', true],
  ['query = """\nSELECT name, price, quantity, discount FROM orders JOIN items ON items.order = orders.id\n"""  # noqa', 'style-suppression', true],
  ['from net import *  # noqa', 'style-suppression', undefined],
  ['query = """\nSELECT name\n"""  # noqa', 'style-suppression', undefined],
  ['for _ in range(3):  # noqa\n    total = 1', 'style-suppression', undefined],
  ['total = add(1, 2)  # type: ignore', 'PGH003', true],
  ['# The total of both.\ntotal = add(1, 2)  # type: ignore', 'PGH003', true],
  ['# The type is ignored, because the key is a text and\n# no literal.\ntotal = add(1, 2)  # type: ignore', 'explained-suppression', true],
])('whether %j says enough of what it suppresses', async (text, rule, advice) => {
  const found = await findingsIn(`from shop import add\n\n\nprint(add)\n${text}\n`)
  expect(found.filter((each) => /PGH00|suppression/.test(each.rule)).map((each) => [each.rule, each.advice])).toEqual([[rule, advice]])
})

test.each([
  ['# type: ignore\nfrom shop import add\n', undefined],
  ['#!/usr/bin/env python3\n\n# type: ignore\nfrom shop import add\n', undefined],
  ['from shop import add  # type: ignore\n', true],
  ['from shop import add\n# type: ignore\nadd(1, 2)\n', true],
])('fails for a bare "type: ignore" only before the first code, where it is for the whole file: %j', async (text, advice) => {
  expect((await findingsIn(text)).filter(({ rule }) => rule === 'PGH003').map((each) => each.advice)).toEqual([advice])
})
