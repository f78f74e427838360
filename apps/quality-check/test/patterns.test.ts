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

const weight = (language: Language, text: string) => checkPatterns({ text, language, extension: '', bareName: '', fileClass: 'source' }).filter(({ rule }) => /certificate|cipher|stub|switched|empty-error/.test(rule)).map(({ rule, advice }) => `${rule}${advice === true ? ': advice' : ''}`)
const unchecked = 'tls.Config{InsecureSkipVerify: true}'

test.each([
  ['go', `package a\nvar c = ${unchecked}`, 'certificate-not-checked'],
  ['go', `package a\n// The self-signed certificate of the box is all there is.\nvar c = ${unchecked}`, 'certificate-not-checked: advice'],
  ['go', 'package a\nfunc f(c *tls.Config) {\n\tc.InsecureSkipVerify = true\n}', 'certificate-not-checked: advice'],
  ['go', `package a\nvar insecureClient = ${unchecked}`, 'certificate-not-checked: advice'],
  ['go', `package a\nfunc peek() []x509.Certificate {\n\tc, _ := tls.Dial("tcp", a, &${unchecked})\n\treturn c.ConnectionState().PeerCertificates\n}`, 'certificate-not-checked: advice'],
  ['java', 'class Client { void f() { b.setHostnameVerifier(new NoopHostnameVerifier()); } }', 'certificate-not-checked'],
  ['java', 'class Client { void f() { if (disableTrust) b.setHostnameVerifier(new NoopHostnameVerifier()); } }', 'certificate-not-checked: advice'],
  ['java', 'class TrustAllManager { public void checkServerTrusted(X509Certificate[] c, String t) {} }', 'certificate-not-checked: advice'],
  ['rust', 'fn f() { if insecure { b.danger_accept_invalid_certs(true).danger_accept_invalid_hostnames(true); } }', 'certificate-not-checked: advice'],
  ['go', 'package seal\nfunc f() { c, _ := des.NewCipher(key) }', 'broken-cipher'],
  ['go', 'package pkcs12\nfunc f() { c, _ := des.NewCipher(key) }', 'broken-cipher: advice'],
  ['java', 'class Vault { void f() { Cipher.getInstance("AES"); } }', 'broken-cipher'],
  ['java', 'class NtlmEngine { void f() { Cipher.getInstance("DES/ECB/PKCS5Padding"); } }', 'broken-cipher: advice'],
  ['java', 'package shop.kerberos;\nclass Provider { void f() { Cipher.getInstance("RC4"); } }', 'broken-cipher: advice'],
  ['java', 'class A { Client buildNoTrustClient() { return b.setHostnameVerifier(new NoopHostnameVerifier()); } }', 'certificate-not-checked: advice'],
  ['java', 'class A { void f() { throw new RuntimeException("not implemented yet"); } }', 'stub-left'],
  ['java', 'class NullA { void f() { throw new RuntimeException("not implemented"); } }', 'stub-left: advice'],
  ['go', 'package a\nfunc f() { panic("not implemented yet") }', 'stub-left'],
  ['go', 'package a\nfunc f() { panic("not implemented for gccgo") }', 'stub-left: advice'],
  ['rust', 'fn f() -> u8 { todo!() }', 'stub-left'],
  ['rust', 'fn f() { let _t: T = todo!(); }', 'stub-left: advice'],
  ['rust', 'fn f() {}\n#[cfg(test)]\nmod tests {\n  #[test]\n  #[ignore]\n  fn g() -> u8 { todo!() }\n}', 'test-switched-off'],
  ['go', 'package a\nfunc TestA(t *testing.T) {\n\tt.Skip()\n}', 'test-switched-off'],
  ['go', 'package a\nfunc TestA(t *testing.T) {\n\t// Fails on slow machines, see #41.\n\tt.Skip()\n}', 'test-switched-off: advice'],
  ['rust', '// Needs a server.\n#[test]\n#[ignore]\nfn f() {}', 'test-switched-off: advice'],
  ['java', 'class A { void f() { try { read(); } catch (IOException e) {} } }', 'empty-error-branch'],
  ['java', 'class A { void f() { try { pool.get().close(); } catch (IOException e) {} } }', 'empty-error-branch: advice'],
  ['java', 'class A { public void shutdown() { try { a(); b(); } catch (IOException e) {} } }', 'empty-error-branch: advice'],
  ['java', '/* Generated By:JavaCC: Do not edit this line. Query.java */\nclass A { void f() { try { read(); } catch (IOException e) {} } }', 'empty-error-branch: advice'],
] as const)('what is meant, prescribed or explained is advice: %s %#', (language, text, said) => {
  expect(weight(language, text)).toEqual([said])
})
