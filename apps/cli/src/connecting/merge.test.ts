import { expect, test } from 'vitest'
import { applySplices } from '../checking/edits.ts'
import type { Addition } from './addition.ts'
import { merge, type FormatName } from './merge.ts'

const merged = (format: FormatName, text: string, additions: readonly Addition[]) => applySplices(text, merge(format, text, additions).splices)
const entry = (name: string, at = 'models'): Addition => ({ at: [at], value: { name }, inList: true })
const server: Addition = { at: ['mcp', 'elder'], value: { url: 'u', on: true } }

const grown: readonly [string, FormatName, string, readonly Addition[], string][] = [
  ['an empty file', 'yaml', '', [entry('a'), { at: ['x'], value: 1 }], 'models:\n  - name: a\nx: 1\n'],
  ['remarks alone', 'yaml', '# mine\n', [entry('a')], '# mine\nmodels:\n  - name: a\n'],
  ['a list, with what follows it', 'yaml', 'models:\n  - name: z # my own\n    roles: [chat]\n\n# next\nrules: []\n', [entry('a')], 'models:\n  - name: z # my own\n    roles: [chat]\n  - name: a\n\n# next\nrules: []\n'],
  ['a list that is not indented', 'yaml', 'models:\n- name: z\nrules: []\n', [entry('a'), entry('b')], 'models:\n- name: z\n- name: a\n- name: b\nrules: []\n'],
  ['a list in one line', 'yaml', 'models: [{name: z}]\n', [entry('a')], 'models: [{name: z}, {"name":"a"}]\n'],
  ['an empty list', 'yaml', 'models: [] # none yet\n', [entry('a')], 'models: [{"name":"a"}] # none yet\n'],
  ['a key without a value', 'yaml', 'models:\nrules: []\n', [entry('a')], 'models:\n  - name: a\nrules: []\n'],
  ['a file without a last line break', 'yaml', 'models:\n  - name: z', [entry('a')], 'models:\n  - name: z\n  - name: a\n'],
  ['line breaks of Windows', 'yaml', 'models:\r\n  - name: z\r\nx: 1\r\n', [entry('a')], 'models:\r\n  - name: z\r\n  - name: a\r\nx: 1\r\n'],
  ['a block of text at the end', 'yaml', 'rules:\n  - |\n    one\n    two\n', [entry('a', 'rules')], 'rules:\n  - |\n    one\n    two\n  - name: a\n'],
  ['anchors', 'yaml', 'base: &b {x: 1}\nmodels:\n  - *b\n', [entry('a')], 'base: &b {x: 1}\nmodels:\n  - *b\n  - name: a\n'],
  ['a list at the end, and keys', 'yaml', 'models:\n  - name: z\n', [{ at: ['x'], value: 1 }, entry('a')], 'models:\n  - name: z\n  - name: a\nx: 1\n'],
  ['a list at the end, and keys, without a last line break', 'yaml', 'models:\n- name: z # mine', [{ at: ['x'], value: 1 }, entry('a')], 'models:\n- name: z # mine\n- name: a\nx: 1\n'],
  ['a list in several lines of brackets', 'yaml', 'models: [\n  {name: z}, # mine\n]\n', [entry('a')], 'models: [\n  {name: z}, {"name":"a"}, # mine\n]\n'],
  ['an indented document', 'yaml', '  models:\n    - name: z\n', [{ at: ['x'], value: 1 }, entry('a')], '  models:\n    - name: z\n    - name: a\n  x: 1\n'],
  ['a byte order mark', 'yaml', '\uFEFFmodels:\n  - name: z\n', [{ at: ['x'], value: 1 }, entry('a')], '\uFEFFmodels:\n  - name: z\n  - name: a\nx: 1\n'],
  ['merge keys', 'yaml', 'base: &b\n  x: 1\nmodels:\n  - <<: *b\n    name: z\n', [{ at: ['x'], value: 1 }, entry('a')], 'base: &b\n  x: 1\nmodels:\n  - <<: *b\n    name: z\n  - name: a\nx: 1\n'],
  ['a remark in an empty object', 'json', '{ // none yet\n}\n', [{ at: ['x'], value: 1 }], '{ // none yet\n  "x": 1\n}\n'],
  ['a remark of several lines behind the brace', 'json', '{ /* a\n b */ "x": 1 }\n', [{ at: ['y'], value: 1 }], '{ "y": 1, /* a\n b */ "x": 1 }\n'],
  ['remarks alone', 'json', '// later', [{ at: ['y'], value: 1 }], '// later\n{\n  "y": 1\n}\n'],
  ['texts of several lines that look like tables', 'toml', 'a = """\n[x]\n"""\nb = [\n  [1],\n]\n\n# mine\n[t]\nc = 1\n', [{ at: ['m'], value: 1 }], 'a = """\n[x]\n"""\nb = [\n  [1],\n]\n\nm = 1\n# mine\n[t]\nc = 1\n'],
  ['a byte order mark', 'toml', '\uFEFF[t]\nc = 1\n', [{ at: ['m'], value: 1 }], '\uFEFFm = 1\n[t]\nc = 1\n'],
  ['a number beyond the exact ones', 'toml', 'a = 9007199254740993\n', [{ at: ['m'], value: 1 }], 'a = 9007199254740993\nm = 1\n'],
  ['an empty file', 'json', '', [server], '{\n  "mcp": {\n    "elder": {\n      "url": "u",\n      "on": true\n    }\n  }\n}\n'],
  ['remarks and a trailing comma', 'json', '{ // mine\n\t"a": 1, // one\n}\n', [server], '{ // mine\n\t"mcp": {\n\t\t"elder": {\n\t\t\t"url": "u",\n\t\t\t"on": true\n\t\t}\n\t},\n\t"a": 1, // one\n}\n'],
  ['an object on the way', 'json', '{\n  "mcp": {\n    "z": {}\n  }\n}\n', [server], '{\n  "mcp": {\n    "elder": {\n      "url": "u",\n      "on": true\n    },\n    "z": {}\n  }\n}\n'],
  ['an empty object on the way', 'json', '{\n  "mcp": {}\n}', [server], '{\n  "mcp": {\n    "elder": {\n      "url": "u",\n      "on": true\n    }\n  }\n}'],
  ['one line', 'json', '{"a":1}', [server], '{ "mcp": {"elder":{"url":"u","on":true}},"a":1}'],
  ['two below one key', 'json', '{}\n', [{ at: ['env', 'A'], value: '1' }, { at: ['env', 'B'], value: '2' }], '{\n  "env": {\n    "A": "1",\n    "B": "2"\n  }\n}\n'],
  ['keys and tables', 'toml', '# mine\na = 1\n\n# a table\n[t]\nb = 2\n', [{ at: ['model'], value: 'm' }, server], '# mine\na = 1\n\nmodel = "m"\n# a table\n[t]\nb = 2\n\n[mcp.elder]\nurl = "u"\non = true\n'],
  ['an empty file', 'toml', '', [{ at: ['model'], value: 'm' }], 'model = "m"\n'],
  ['a table of the same family', 'toml', '[mcp.other]\nurl = "v"', [server], '[mcp.other]\nurl = "v"\n\n[mcp.elder]\nurl = "u"\non = true\n'],
  ['lines of names', 'dotenv', 'export A="1"\nB=2', [{ at: ['C'], value: '3' }], 'export A="1"\nB=2\nC=3\n'],
]

test.each(grown)('%s grows (%s)', (_, format, text, additions, expected) => {
  expect(merged(format, text, additions)).toBe(expected)
  // What is there is not added again.
  expect(merge(format, expected, additions)).toEqual({ splices: [], kept: [], additions: [] })
})

const theirs: readonly [string, FormatName, string, Addition][] = [
  ['another value', 'yaml', 'model: mine\n', { at: ['model'], value: 'ours' }],
  ['an entry of the same name', 'yaml', 'models:\n  - name: a\n    mine: true\n', entry('a')],
  ['no list where one would be', 'yaml', 'models: none\n', entry('a')],
  ['a server of the same name', 'json', '{"mcp":{"elder":{"url":"mine"}}}', server],
  ['a value where an object would be', 'json', '{"mcp":[]}', server],
  ['another value', 'toml', 'model = "mine"\n', { at: ['model'], value: 'ours' }],
  ['another value', 'dotenv', "A='mine'\n", { at: ['A'], value: 'ours' }],
]

test.each(theirs)('%s of the user stays (%s)', (_, format, text, addition) => {
  const { splices, kept } = merge(format, text, [addition])
  expect(splices).toEqual([])
  expect(kept).toHaveLength(1)
})

const unreadable: readonly [string, FormatName, string, RegExp][] = [
  ['a text that is no YAML', 'yaml', 'a: [\n', /no valid YAML/],
  ['two documents', 'yaml', 'a: 1\n---\nb: 2\n', /several YAML documents/],
  ['a list at the top', 'yaml', '- a\n', /not a list of keys and values/],
  ['a YAML file in one line', 'yaml', '{a: 1}\n', /laid out in a way/],
  ['a list that something else repeats', 'yaml', 'models: &m\n  - name: z\nmore: *m\n', /laid out in a way/],
  ['an end marker', 'yaml', 'a: 1\n...\n', /laid out in a way/],
  ['a text that is no JSON', 'json', '{"a": 1,, }\n', /no valid JSON: .* in line 1/],
  ['JSON5', 'json', "{\n a: 'x' }\n", /no valid JSON: .* in line 2/],
  ['a JSON list', 'json', '[]', /does not hold a JSON object/],
  ['a text that is no TOML', 'toml', 'a = = 1\n', /no valid TOML/],
  ['a table in one line', 'toml', 'mcp = { other = 1 }\n', /laid out in a way/],
]

test.each(unreadable)('%s is left alone (%s)', (_, format, text, why) => {
  expect(() => merge(format, text, [entry('a'), server])).toThrow(why)
})
