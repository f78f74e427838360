import { expect, test } from 'vitest'
import { readSource } from './source-file.ts'

const read = (path: string, content: string | Uint8Array) => readSource(path, Buffer.from(content))

test.each([
  ['a.ts', 'javascript', 'source'],
  ['src/a.MJS', 'javascript', 'source'],
  ['src/a.test.tsx', 'javascript', 'test'],
  ['src/__tests__/a.js', 'javascript', 'test'],
  ['types.d.ts', 'javascript', 'stub'],
  ['app/test_a.py', 'python', 'test'],
  ['src/rsa_tests.rs', 'rust', 'test'],
  ['app/a_test.py', 'python', 'test'],
  ['tests/conftest.py', 'python', 'test'],
  ['testdata/a.py', 'python', 'test'],
  ['test_app/models.py', 'python', 'test'],
  ['app_tests/models.py', 'python', 'test'],
  ['app/__init__.py', 'python', 'package'],
  ['app/tests/__init__.py', 'python', 'test'],
  ['examples/deploy.yaml', 'yaml', 'docs'],
  ['api/examples-1.json', undefined, 'docs'],
  ['conf/app.sample.ini', undefined, 'docs'],
  ['examples/serve.py', 'python', 'docs'],
  ['docs/scripts/prettify.js', 'javascript', 'docs'],
  ['sample-app.ts', 'javascript', 'docs'],
  ['src/docs/routes.ts', 'javascript', 'source'],
  ['public/jquery-1.4.2.js', 'javascript', 'docs'],
  ['src/api-1.2/routes.js', 'javascript', 'source'],
  ['sampler/rates.json', undefined, 'source'],
  ['app/a.pyi', 'python', 'stub'],
  ['src/test-fixtures/server.go', 'go', 'test'],
  ['models/fixtures/token.yml', 'yaml', 'test'],
  ['integration-tests/run.sh', 'shell', 'test'],
  ['internal/testhelpers/server.go', 'go', 'test'],
  ['plugins/http/testcases/secrets.json', undefined, 'test'],
  ['plugins/log/log_test_linux.go', 'go', 'test'],
  ['docs/api/shop.yaml', 'yaml', 'docs'],
  ['demo/server.pem', undefined, 'docs'],
  ['docs/conf.py', 'python', 'docs'],
  ['etc/accounts.cfg.template', undefined, 'docs'],
  ['.env.example', undefined, 'docs'],
  ['certs/server.pem', undefined, 'source'],
  ['src/fixtures-expired/server.key', undefined, 'test'],
  ['gcs/gcs-fake-account.json', undefined, 'test'],
  ['src/client/test.rs', 'rust', 'test'],
  ['auth/testhelp.js', 'javascript', 'test'],
  ['src/test-utils.ts', 'javascript', 'test'],
  ['src/testimony.ts', 'javascript', 'source'],
  ['src/OrderServiceTest.java', 'java', 'test'],
  ['src/Latest.java', 'java', 'source'],
  ['plugin/test_key.pem', undefined, 'test'],
  ['man/tool.7', undefined, 'docs'],
  ['dist/tool.7', undefined, 'source'],
  ['latest/contest.py', 'python', 'source'],
  ['Makefile', undefined, 'source'],
  ['.py', undefined, 'source'],
  ['a.go', 'go', 'source'],
  ['a.txt', undefined, 'source'],
])('%s is %s, %s', (path, language, fileClass) => {
  expect(read(path, 'x')).toMatchObject({ kind: 'text', language, fileClass })
})

test.each([
  ['#!/bin/sh\n', 'shell', '.sh'],
  ['#! /usr/bin/env -S bash -e\r\n', 'shell', '.sh'],
  ['#!/usr/bin/env python3.13\n', 'python', '.py'],
  ['#!/usr/bin/env -S PYTHONPATH=/opt/lib python3 -u\n', 'python', '.py'],
  ['#!/usr/local/bin/node', 'javascript', '.js'],
  ['#!/usr/bin/perl\n#!/bin/sh\n', undefined, ''],
  ['echo #!/bin/sh\n', undefined, ''],
  ['', undefined, ''],
])('a file without an extension is what its first line runs it with: %j', (text, language, extension) => {
  expect(read('bin/deploy', text)).toMatchObject({ language, extension })
  expect(read('bin/deploy.txt', text)).toMatchObject({ language: undefined })
})

test.each([
  ['binary', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1]), /^binary$/],
  ['not UTF-8', Buffer.from([0x61, 0xe9, 0x0a]), /^not UTF-8: save it as UTF-8$/],
  ['UTF-16', Buffer.from('\uFEFFa = 1', 'utf16le'), /^UTF-16 text: save it as UTF-8$/],
  ['more than 1 MB', Buffer.alloc(1_048_577, 'a'), /^1048577 bytes, more than 1 MB/],
])('does not read what is %s', (_what, content, reason) => {
  expect(read('a.py', content)).toMatchObject({ kind: 'unreadable', language: 'python', reason: expect.stringMatching(reason) })
})

test('leaves a byte order mark out, and counts lines', () => {
  expect(read('a.py', '\uFEFFa = 1\r\nb = 2')).toMatchObject({ text: 'a = 1\r\nb = 2', lines: 2 })
  expect(read('a.py', 'a\n')).toMatchObject({ lines: 1 })
  expect(read('a.py', '')).toMatchObject({ lines: 0, refusal: '' })
})

test('keeps minified files from the engines, and says where', () => {
  expect(read('a.js', `// x\n${'a=1;'.repeat(3_000)}`)).toMatchObject({ refusal: 'minified: line 2 has 12000 characters; exclude it in elder.yaml' })
  expect(read('a.js', `// x\n${'a=1;\n'.repeat(3_000)}b='${'x'.repeat(12_000)}'`)).toMatchObject({ refusal: '' })
  expect(read('a.js', `${'a=1;\n'.repeat(3_000)}b='${'x'.repeat(120_000)}'`)).toMatchObject({ refusal: 'minified: line 3001 has 120004 characters; exclude it in elder.yaml' })
})

test('long lines of data in a language that nobody minifies are read', () => {
  expect(read('migrations/0001.py', `choices = [${"('Europe/Berlin', 'Europe/Berlin'), ".repeat(500)}]\n`)).toMatchObject({ refusal: '' })
  expect(read('a.py', `data = '${'x'.repeat(120_000)}'\n`)).toMatchObject({ refusal: 'minified: line 1 has 120009 characters; exclude it in elder.yaml' })
})

test('a short file is minified, too, where its statements stand in each other, and long lines of data are not', () => {
  expect(read('a.js', `/^(a|b)/.test(text)&&${'add("x",["y","z"],'.repeat(20)}0${')'.repeat(20)}`)).toMatchObject({ refusal: expect.stringContaining('minified: line 1') })
  expect(read('a.js', 'a=1;b(a);'.repeat(60))).toMatchObject({ refusal: 'minified: line 1 has 540 characters; exclude it in elder.yaml' })
  expect(read('a.js', `export const text = '${'one; two; three; '.repeat(60)}'`)).toMatchObject({ refusal: '' })
})

test('what is compiled is left to its source', () => {
  expect(read('lib/c.js', "import { a } from './a.js'\nfunction _interopRequireDefault(e) { return e }\n")).toMatchObject({ refusal: expect.stringContaining('compiled: a compiler wrote its head') })
  expect(read('lib/e.js', "var _extends = require('babel-runtime/helpers/extends')['default'];\n")).toMatchObject({ refusal: expect.stringContaining('compiled: ') })
  expect(read('lib/d.js', '// Generated by CoffeeScript 1.12.7\n(function() {}).call(this);\n')).toMatchObject({ refusal: expect.stringContaining('compiled: ') })
  expect(read('lib/a.js', '"use strict";\nvar __awaiter = (this && this.__awaiter) || function () {}\n')).toMatchObject({ refusal: expect.stringContaining('compiled: ') })
  expect(read('lib/b.js', 'function _typeof(o) { "@babel/helpers - typeof"; return typeof o }\n')).toMatchObject({ refusal: expect.stringContaining('compiled: ') })
  const map = '//# sourceMappingURL=out.js.map\n'
  expect(read('dist/out.js', `exports.a = 1\n${map}`)).toMatchObject({ refusal: 'compiled: it ends with a source map; check its source, and exclude it in elder.yaml' })
  expect(read('src/in.ts', `export const a = 1\n${map}`)).toMatchObject({ refusal: '' })
  expect(read('src/map.js', `${map}${'export const a = 1\n'.repeat(50)}`)).toMatchObject({ refusal: '' })
})

test.each(['README.md', 'shop.dist-info/METADATA', 'docs/config.rst', 'examples/server.js', 'oauth2example/app.js'])('%s is documentation', (path) => {
  expect(read(path, 'x')).toMatchObject({ fileClass: 'docs' })
})
