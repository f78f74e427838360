import { expect, test } from 'vitest'
import { Refusal } from '../src/engines/nesting.ts'
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

const ruleLines = (found: readonly { readonly rule: string; readonly line: number }[]) => found.map(({ rule, line }) => `${line} ${rule}`)

function refusalOf(work: () => unknown): Refusal {
  try {
    work()
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  throw new Error('nothing was refused')
}

test('a Dockerfile without FROM is read all the same', () => {
  const task = { text: 'ARG TOKEN=x81kd02ms71\n', language: 'dockerfile', extension: '', bareName: 'Dockerfile', fileClass: 'source' } as const
  const { found, message } = refusalOf(() => checkDockerfile(task))
  expect(ruleLines(found)).toEqual(['1 secret-in-image'])
  expect(message).toBe('does not parse as a Dockerfile: it has no FROM')
})

test.each<[Language, string, string]>([
  ['go', 'package a\n\nfunc f() {\n\tg(1\n}\n', 'Go from line 4'],
  ['go', 'package a\n\nfunc f() {\n\tg(1)\n', 'Go from line 5'],
  ['go', 'package a\n\nfunc f() { x := }\n', 'Go from line 3'],
  ['java', 'class A {\n  void f() { int x = 1 }\n}\n', 'Java from line 2'],
  ['yaml', 'a: 1\nb: [1, 2\nc: 3\n', 'YAML from line 2'],
  ['yaml', 'a: b: c\n', 'YAML from line 1'],
])('what does not parse in %s is refused: %j', (language, text, where) => {
  expect(refusalOf(() => look(language, text)).message).toContain(`does not parse as ${where} on`)
})

test.each<[Language, string]>([
  ['go', 'package a\n\nvar x = ``\nvar y = ""'],
  ['go', 'package a\n\nfunc Map[T any, U comparable](in []T, f func(T) U) (out []U) {\n\tfor range 3 {\n\t}\n\treturn\n}'],
  ['java', 'record A(int x) { sealed interface B permits C {} String f(Object o) { return switch (o) { case String s -> s; default -> ""; }; } }'],
  ['yaml', '# only a comment\n'],
  ['yaml', 'a:\n---\nb: ""\nc:\n...\n'],
])('what parses in %s is not: %j', (language, text) => {
  expect(look(language, text)).toEqual([])
})

const weight = (language: Language, text: string) => checkPatterns({ text, language, extension: '', bareName: '', fileClass: 'source' }).filter(({ rule }) => /stub|switched|empty-error|certificate|concatenation/.test(rule)).map(({ rule, advice }) => `${rule}${advice === true ? ': advice' : advice === 'unless_new' ? ': unless new' : ''}`)

test.each([
  ['java', 'class A { void f() { throw new RuntimeException("not implemented yet"); } }', 'stub-left'],
  ['java', 'class NullA { void f() { throw new RuntimeException("not implemented"); } }', 'stub-left: advice'],
  ['go', 'package a\nfunc f() { panic("not implemented yet") }', 'stub-left'],
  ['go', 'package a\nfunc f() { panic("not implemented for gccgo") }', 'stub-left: advice'],
  ['rust', 'fn f() -> u8 { todo!() }', 'stub-left'],
  ['rust', 'fn f() { let _t: T = todo!(); }', 'stub-left: advice'],
  ['rust', 'fn f() {}\n#[cfg(test)]\nmod tests {\n  #[test]\n  #[ignore]\n  fn g() -> u8 { todo!() }\n}', 'test-switched-off'],
  ['go', 'package a\nfunc TestA(t *testing.T) {\n\tt.Skip()\n}', 'test-switched-off'],
  ['go', 'package a\nfunc TestA(t *testing.T) {\n\t// Fails on slow machines, see #41.\n\tt.Skip()\n}', 'test-switched-off: advice'],
  ['rust', 'fn f() {}\n#[cfg(test)]\nmod tests {\n  fn g() { C::builder().danger_accept_invalid_certs(true) }\n}', 'certificate-not-checked: advice'],
  ['rust', '// Needs a server.\n#[test]\n#[ignore]\nfn f() {}', 'test-switched-off: advice'],
  ['java', 'class A { void f() { try { publish(); } catch (IOException e) {} } }', 'empty-error-branch: unless new'],
  ['java', 'class A { void f() { try { socket.close(); } catch (IOException e) {} } }', 'empty-error-branch: advice'],
  ['go', 'package a\nfunc f() {\n\tif err := g(); err != nil {\n\t}\n}', 'empty-error-branch'],
  ['java', 'class A { int f() { throw new UnsupportedOperationException("Not yet implemented"); } }', 'stub-left'],
  ['java', '/* Generated By:JavaCC: Do not edit this line. Query.java */\nclass A { int f() { throw new UnsupportedOperationException("Not yet implemented"); } }', 'stub-left: advice'],
  ['java', 'class A { void f(HttpServletRequest request) { st.executeQuery("SELECT * FROM a WHERE b = " + request.getParameter("b")); } }', 'sql-by-concatenation'],
  ['java', 'class A { String f(@RequestParam(defaultValue = "1") String id) { return st.queryForObject("SELECT * FROM a WHERE b = " + id); } }', 'sql-by-concatenation'],
  ['java', 'class A { String f(@RequestParam String id) { check(id); return st.queryForObject("SELECT * FROM a WHERE b = " + id); } }', 'sql-by-concatenation: advice'],
  ['go', 'package a\nfunc f(r *http.Request) {\n\tname := r.FormValue("name")\n\tdb.Query("SELECT * FROM a WHERE b = \'" + name + "\'")\n}', 'sql-by-concatenation'],
  ['go', 'package a\nfunc f(r *http.Request) {\n\tname := r.FormValue("name")\n\tdb.Query("SELECT name FROM a WHERE name = \'" + name + "\'")\n}', 'sql-by-concatenation'],
  ['java', 'class A { void f(HttpServletRequest request) { String b = request.getParameter("b"); st.executeQuery("SELECT * FROM a WHERE b = \'" + b + "\'"); } }', 'sql-by-concatenation'],
  ['go', 'package a\nfunc f(r *http.Request) {\n\tname := r.FormValue("name")\n\tif !known[name] {\n\t\treturn\n\t}\n\tdb.Query("SELECT * FROM a WHERE b = \'" + name + "\'")\n}', 'sql-by-concatenation: advice'],
  ['go', 'package a\nfunc f(r *http.Request) {\n\tdb.Query("SELECT * FROM " + table + " WHERE b = $1", r.FormValue("b"))\n}', 'sql-by-concatenation: advice'],
  ['go', 'package a\nfunc f(r *http.Request) {\n\texec.Command("sh", "-c", "pg_dump "+r.FormValue("database")).Output()\n}', 'shell-command-by-concatenation'],
  ['go', 'package a\nfunc f(r *http.Request) {\n\tname := r.FormValue("database")\n\texec.Command("sh", "-c", "pg_dump "+name).Output()\n}', 'shell-command-by-concatenation'],
  ['go', 'package a\nfunc f(r *http.Request) {\n\tname := r.FormValue("database")\n\tif !known[name] {\n\t\treturn\n\t}\n\texec.Command("sh", "-c", "pg_dump "+name).Output()\n}', 'shell-command-by-concatenation: advice'],
  ['java', 'class A { void f(HttpServletRequest request) { Runtime.getRuntime().exec("ping " + request.getParameter("host")); } }', 'shell-command-by-concatenation: advice'],
  ['java', 'class A { void f() { try { publish(); } catch (Exception e) { /* ignore */ } } }', 'empty-error-branch: unless new'],
] as const)('what is meant, prescribed or explained is advice: %s %#', (language, text, said) => {
  expect(weight(language, text)).toEqual([said])
})
