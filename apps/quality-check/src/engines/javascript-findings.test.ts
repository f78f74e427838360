import { expect, test } from 'vitest'
import { checkJavaScript } from './javascript.ts'

/** Whether what a rule finds in a text is advice. */
const adviceIn = (text: string, wanted = 'swallowed-exception', fileClass: 'source' | 'test' = 'source') =>
  checkJavaScript({ text, extension: '.ts', bareName: '', fileClass, language: 'javascript' }).filter(({ rule }) => rule === wanted).map(({ advice }) => advice ?? false)

test.each([
  ['told to those who debug', 'async function load() {\n  try { show(await orders.all()) } catch (error) { log.debug(error) }\n}'],
  ['a question answered with no', 'async function databaseUp() {\n  try { const all = await services.all(); return all.some(isOurs) } catch { return false }\n}'],
  ['a failure that is written down', 'async function open() {\n  try { show(await browser.page()) } catch (error) { isUp = false; log.debug(error) }\n}'],
  ['told with what went wrong', 'async function all() {\n  try { const rows = await orders.all(); return rows.map(toOrder) } catch (error) { log.debug(`no orders: ${error}`); return [] }\n}'],
  ['one of several tries', 'async function first(keys: string[]) {\n  for (const key of keys) { try { return await registry.value(key) } catch { continue } }\n}'],
])('%s is advice', (_what, text) => {
  expect(adviceIn(text)).toEqual([true])
})

test('a failure that the comment above promises as a value is none', () => {
  const load = 'async function user(id) {\n  try { return await users.load(id) } catch { return [] }\n}'
  expect(adviceIn(`/** Gives nothing on any error. */\n${load}`)).toEqual([])
  expect(adviceIn(`/** Gives a user. */\n${load}`)).toEqual(['unless_new'])
})

test('a failure that the comment above the attempt expects is advice, unless a change is lost', () => {
  const load = (comment: string) => adviceIn(`async function map(id) {\n  ${comment}\n  try { return await maps.get(id) } catch { return [] }\n}`)
  expect(load('// The server sends a page\n  // even if it is blank, which causes errors.')).toEqual([true])
  expect(load('// The data may be missing.')).toEqual([true])
  expect(load('// Errors are ignored.')).toEqual(['unless_new'])
  expect(load('// The map may be missing.\n  prepare(id)')).toEqual(['unless_new'])
  expect(adviceIn('async function saveMap(map) {\n  // The server may fail.\n  try { await maps.save(map) } catch {}\n  return map.id\n}')).toEqual([false])
})

test.each([
  ['a function that answers', 'async function place(order) {\n  try { await save(order) } catch {}\n  return order.number\n}', false],
  ['a request that is answered', 'async function place(request, response) {\n  try { if (request.user) await orders.insert(request.body) } catch (error) { /* eslint-disable-line no-empty */ }\n  response.json({ placed: true })\n}', false],
  ['a function that answers, by a lone semicolon', 'async function place(order) {\n  try { await save(order) } catch (error) { ; }\n  return order.number\n}', false],
  ['a function named for the change', 'export const saveOrder = async (order) => {\n  try { await db.orders.insert(order) } catch {}\n}', false],
  ['a function that answers nothing', 'async function place(order) {\n  try { await save(order) } catch {}\n}', 'unless_new'],
  ['what a failure is answered with', 'async function place(order) {\n  try { await pay(order) } catch (error) {\n    try { await save(order) } catch {}\n    return { error }\n  }\n}', true],
  ['an answer to the failure', 'async function saveAll() {\n  try { await orders.save(); return compute() } catch { return false }\n}', true],
])('a change that is lost before %s is advice: %s', (_what, text, advice) => {
  expect(adviceIn(text)).toEqual([advice])
})

test.each([
  ['what is tidied up', 'async function leave() { try { await socket.close() } catch {} }'],
  ['a module that may be missing', "let koa\ntry { koa = require('koa') } catch {}"],
  ['a text that may be no JSON', 'try { sort = JSON.parse(sort) } catch {}'],
  ['a question for the name of an address', 'async function nameOf(peer) {\n  try { peer.name = (await dns.lookupService(peer.host, peer.port)).hostname } catch {}\n  return peer.name\n}'],
  ['a copy that others do without', 'async function keep(row) { try { await cache.put(row) } catch {} }'],
  ['a copy in a collection', "async function keep(row) { try { await db.collection('rowcache').insertOne(row) } catch {}\n  return row.id }"],
  ['a reason', 'async function keep(row) { try { await save(row) } catch { /* the next run does it again */ } }'],
])('of an empty catch after %s the engine alone speaks', (_what, text) => {
  expect(adviceIn(text)).toEqual([])
})

test('a function that is not written is advice, unless it says that it will be', () => {
  const advice = (text: string) => adviceIn(text, 'unfinished-implementation')
  expect(advice("export const type = { size() { throw new Error('not implemented yet') } }")).toEqual([true])
  expect(advice("export function send(): void { throw new Error('not implemented') }")).toEqual([true])
  expect(advice("export class Connection { send(): void { throw new Error('not implemented yet') } }")).toEqual([false])
})

test('merging by lodash, whose newer versions leave such keys out, is advice, by others it is none', () => {
  const advice = (call: string) => adviceIn(`import _ from 'lodash'\nimport deepmerge from 'deepmerge'\napp.post('/', (req, res) => { settings = ${call} })\n`, 'prototype-pollution')
  expect(advice('_.merge(settings, req.body)')).toEqual([true])
  expect(advice('deepmerge(settings, req.body)')).toEqual([false])
})

test('to decipher what was written before, to ask for rights that the mask takes, and to tunnel are advice', () => {
  const cipher = (call: string) => adviceIn(`import crypto from 'crypto'\nexport const run = (key, iv) => crypto.${call}`, 'weak-cipher')
  expect(cipher("createDecipheriv('des-cbc', key, iv)")).toEqual([true])
  expect(cipher("createCipher('aes-256-cbc', key)")).toEqual([false])
  const file = (call: string) => adviceIn(`import fs from 'fs'\nfs.${call}`, 'world-writable-file')
  expect(file("writeFileSync(path, '', { mode: 0o666 })")).toEqual([true])
  expect(file('chmodSync(path, 0o666)')).toEqual([false])
  const request = (call: string) => adviceIn(`import net from 'net'\nimport http from 'http'\napp.get('/', (req, res) => { ${call} })`, 'ssrf')
  expect(request('net.connect(80, req.query.host)')).toEqual([true])
  expect(request('http.get(req.query.url)')).toEqual([false])
  expect(request('http.get(req.url)')).toEqual([true])
})

test('a key that only deciphers is advice, one that enciphers is none', () => {
  const key = (call: string) => adviceIn(`import CryptoJS from 'crypto-js'\nconst key = 'gr4pes-and-figs'\nexport const read = (text) => CryptoJS.${call}`, 'hard-coded-credentials')
  expect(key('AES.decrypt(text, key).toString()')).toEqual([true])
  expect(key('AES.encrypt(text, key).toString()')).toEqual([false])
})

test('what stands on a line of a bundle inside a written file is advice', () => {
  const bundle = 'var a=1;'.repeat(200)
  expect(adviceIn(`import fs from 'fs'\n${bundle}fs.chmodSync(path,0o666);`, 'world-writable-file')).toEqual([true])
  expect(adviceIn(`import fs from 'fs'\n${bundle}\nfs.chmodSync(path, 0o666)`, 'world-writable-file')).toEqual([false])
})

test('what is sent as plain text, or as JSON, is no page', () => {
  const advice = (said: string) => adviceIn(`app.get('/', (req, res) => {\n  ${said}\n  res.end('<p>no order ' + req.query.id)\n})`, 'cross-site-scripting')
  expect(advice("res.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' })")).toEqual([true])
  expect(advice("res.setHeader('content-type', 'application/json')")).toEqual([true])
  expect(advice("res.writeHead(404, { 'Content-Type': 'text/html' })")).toEqual([false])
  expect(advice('res.writeHead(404)')).toEqual([false])
  expect(adviceIn("function tell(res) { res.type('txt') }\napp.get('/', (req, res) => {\n  res.end('<p>no order ' + req.query.id)\n})", 'cross-site-scripting')).toEqual([false])
})

test('what another window or its own server says to a page is advice, what its worker says is none', () => {
  const advice = (owner: string) => adviceIn(`${owner}.onmessage = (event) => { frame.innerHTML = event.data }`, 'cross-site-scripting')
  expect(advice('window')).toEqual([true])
  expect(advice('this.socket')).toEqual([true])
  expect(advice('worker')).toEqual([])
})

test('a test that loads nothing but its runner may assert what always holds, one of a program may not', () => {
  const test = "import test from 'node:test'\ntest('adds', () => {\n  assert.equal(1, 1)\n})\n"
  expect(adviceIn(test, 'assertion-cannot-fail')).toEqual([true])
  expect(adviceIn(`import { add } from './add.ts'\n${test}`, 'assertion-cannot-fail')).toEqual([false])
})

test('a test that is switched off or runs alone is advice in a file that loads nothing', () => {
  const advice = (code: string, rule: string) => ['', "import test from 'node:test'\n"].flatMap((head) => adviceIn(`${head}${code}`, rule, 'test'))
  expect(advice("test.skip('adds', () => add(1, 2))", 'disabled-test')).toEqual([true, false])
  expect(advice("test('adds', (t) => {\n  t.skip()\n})", 'disabled-test')).toEqual([true, false])
  expect(advice("test.only('adds', () => add(1, 2))", 'focused-test')).toEqual([true, false])
})

test('a browser, or a request to a host that is not named, that does not check certificates is advice, a request to others is none', () => {
  expect(adviceIn("import puppeteer from 'puppeteer'\npuppeteer.launch({ ignoreHTTPSErrors: true })", 'disabled-tls-verification')).toEqual([true])
  expect(adviceIn("import https from 'https'\nhttps.get(address, { rejectUnauthorized: false })", 'disabled-tls-verification')).toEqual([true])
  expect(adviceIn("import https from 'https'\nhttps.get('https://orders.example.com/all', { rejectUnauthorized: false })", 'disabled-tls-verification')).toEqual([false])
  expect(adviceIn("process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'", 'disabled-tls-verification')).toEqual([false])
})

test('what only a page is asked for, or a window says, leads nowhere for sure', () => {
  const redirect = (target: string) => adviceIn(`app.get('/', (req, res) => res.redirect(${target}))`, 'open-redirect')
  expect(redirect('req.url')).toEqual([true])
  expect(redirect('req.headers.next')).toEqual([true])
  expect(redirect('req.query.next')).toEqual([false])
  const key = (code: string) => adviceIn(code, 'chosen-property')
  expect(key("window.addEventListener('message', (event) => { actions[event.data.name](1) })")).toEqual([true])
  expect(key("app.get('/', (req, res) => { actions[req.query.name](1) })")).toEqual([false])
})

test('a random number for a session that may only be counted is advice, one for a token is not', () => {
  expect(adviceIn('const sessionId = Math.random().toString(36)', 'insecure-randomness')).toEqual([true])
  expect(adviceIn('const resetToken = Math.random().toString(36)', 'insecure-randomness')).toEqual([false])
})

test('that nothing is thrown is asserted by getting there', () => {
  const test = (title: string) => adviceIn(`import test from 'node:test'\nimport { close } from './door.ts'\ntest('${title}', () => {\n  close()\n  assert(true)\n})\n`, 'assertion-cannot-fail')
  expect(test('does not crash when it is closed')).toEqual([])
  expect(test('closes')).toEqual([false])
})

test('a default that is refused right after it is no silence', () => {
  const load = (after: string) => adviceIn(`async function open() {\n  let name\n  try { name = (await client.manifest()).name } catch { name = null }\n  ${after}\n  return name\n}`)
  expect(load("if (!name) throw new Error('no archive')")).toEqual([])
  expect(load('show(name)')).toEqual(['unless_new'])
})

test.each([
  ['a made-up list', 'list', 'try { return await shops.pages() } catch { return [] }', 'unless_new'],
  ['a made-up number', 'list', 'try { return (await shops.pages()).length } catch { return 0 }', 'unless_new'],
  ['nothing, of what was found here', 'list', 'try { return await readPages() } catch { return null }', true],
  ['nothing, of a service', 'list', 'try { return await client.pages() } catch { return null }', 'unless_new'],
  ['nothing, of a database', 'list', 'try { return await db.pages.all() } catch { return null }', 'unless_new'],
  ['a default, of what was found here', 'list', 'let pages\n  try { pages = await readPages() } catch { pages = [] }\n  return pages', true],
  ['a default, of a service', 'list', "let pages\n  try { pages = await fetch('/pages') } catch { pages = [] }\n  return pages", 'unless_new'],
  ['a list, by what releases', 'releasePages', 'try { return await shops.pages() } catch { return [] }', true],
  ['a list, in what is done finally', 'list', 'try { open() } finally {\n    try { return await shops.pages() } catch { return [] }\n  }', true],
  ['a list, which the try foresees', 'list', 'try {\n    // Old servers raise an error.\n    return await shops.pages()\n  } catch { return [] }', true],
])('a failure that becomes %s', (_what, name, body, advice) => {
  expect(adviceIn(`async function ${name}() {\n  ${body}\n}`)).toEqual([advice])
})

test('what was looked at on its way, or is limited by its route, is advice', () => {
  const read = (check: string, sent = 'req.query.name') => adviceIn(`import fs from 'fs'\napp.get(/^\\/(.+)$/, (req, res) => {\n  const name = ${sent}\n  ${check}\n  fs.readFile('./files/' + name, send)\n})`, 'path-traversal')
  expect(read('if (!names.checkName(name)) return')).toEqual([true])
  expect(read('', 'req.params[0]')).toEqual([true])
  expect(read('')).toEqual([false])
})

test('a path of a request of which only is asked whether it is there is advice', () => {
  const read = (what: string) => adviceIn(`import fs from 'fs'\napp.get('/files', (req, res) => {\n  fs.${what}('./files/' + req.query.name, send)\n})`, 'path-traversal')
  expect(read('access')).toEqual([true])
  expect(read('readFile')).toEqual([false])
})

test('a lost notice to listeners is advice, a lost change beside it is none', () => {
  const lose = (work: string) => adviceIn(`async function rename(id) {\n  try { ${work} } catch {}\n  return { id }\n}`)
  expect(lose('await publish({ renamed: id })')).toEqual([true])
  expect(lose('await publish({ renamed: id }); await names.save(id)')).toEqual([false])
})

test('a path of a request whose route asks first who sends it is advice', () => {
  const read = (asked: string) => adviceIn(`import fs from 'fs'\napp.get('/files', ${asked}(req, res) => {\n  fs.readFile('./files/' + req.query.name, send)\n})`, 'path-traversal')
  expect(read('ensureAuthenticated, ')).toEqual([true])
  expect(read('async ')).toEqual([false])
})

test('a pattern that takes for ever is advice where it cannot fail after all its ways', () => {
  expect(adviceIn('export const row = /((?:.*\\|.*(?:\\n|$))*)\\n*/', 'exponential-regex')).toEqual([true])
  expect(adviceIn('export const id = /^([.]*[a-z]+)*$/', 'exponential-regex')).toEqual([false])
})

test('what is sent back alone is advice, and what is put together for a page is none', () => {
  const sent = (text: string) => adviceIn(`app.get('/', (req, res) => res.send(${text}))`, 'cross-site-scripting')
  expect(sent('req.query.challenge')).toEqual([true])
  expect(sent("'<h1>' + req.query.name")).toEqual([false])
})

test('answers that are written out are advice: a table that has a verb for a name looks the same', () => {
  expect(adviceIn("export function encode(kind) {\n  if (kind === 'a') return 1\n  if (kind === 'b') return 2\n  if (kind === 'c') return 3\n  throw new Error(kind)\n}", 'answers-by-lookup')).toEqual([true])
})

test('a word of the query of an address is sent, and the address is not', () => {
  const read = (what: string) => adviceIn(`import fs from 'fs'\nimport type { IncomingMessage, ServerResponse } from 'http'\nexport function answer(request: IncomingMessage, response: ServerResponse) {\n  const url = new URL(request.url ?? '/', 'http://edge')\n  fs.createReadStream('./files/' + ${what}).pipe(response)\n}`, 'path-traversal')
  expect(read("url.searchParams.get('name')")).toEqual([false])
  expect(read('url.pathname')).toEqual([true])
})

test('a part of the address that is called a file is no upload', () => {
  const removed = (what: string) => adviceIn(`import fs from 'fs'\nimport path from 'path'\napp.delete('/avatars/:file', (req, res) => {\n  fs.unlinkSync(path.join('/srv/avatars', ${what}))\n})`, 'path-traversal')
  expect(removed('req.params.file')).toEqual([false])
  expect(removed('req.file.originalname')).toEqual([true])
})
