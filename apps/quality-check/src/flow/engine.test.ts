import { parseSync } from 'oxc-parser'
import { expect, test } from 'vitest'
import { lowerProgram } from '../javascript/lowering/lower-program.ts'
import { runFlow } from './engine.ts'
import type { FlowRule, LanguageModel, Sink } from './flow-rule.ts'
import type { FlowReport } from './reports.ts'

const rule = (id: string, sinks: readonly Sink[], more: Partial<FlowRule['javascript']> = {}): FlowRule => ({
  kind: 'flow',
  id,
  title: `title of ${id}`,
  why: '',
  fix: '',
  category: 'security',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript'],
  sources: ['request', 'parameter'],
  javascript: { sinks, ...more },
})

const rules = [
  rule('sql', [{ call: ['mysql.createConnection().query', '**.query'], args: [0] }], { sanitizers: ['mysql.escape'], guards: ['checks.isName'] }),
  rule('command', [{ call: 'child_process.exec', args: [0] }]),
  rule('markup', [{ assign: '**.innerHTML' }, { returns: 'handler' }], { sanitizers: ['**.escapeHtml'] }),
  rule('fetch', [{ call: 'fetch', args: ['0.url'], when: ({ args }) => !/^https:..[^/]+[/]/.test(args[0]?.prefix ?? '') }]),
  rule('sent', [{ call: '**.send', sure: true }]),
  rule('hash', [{ call: 'crypto.createHash', always: true, when: ({ args }) => args[0]?.constants?.includes('md5') === true }]),
]

const model: LanguageModel = {
  sources: [
    { path: 'request.query', kind: 'request', what: 'the query' },
    { path: 'request.body', kind: 'request', what: 'the body' },
    { path: 'input()', kind: 'request', what: 'a line' },
  ],
  parameter: (fn, index) => (fn.parameters[index]?.name === 'req' ? { path: 'request' } : undefined),
  isHandler: (fn) => fn.parameters[0]?.name === 'req',
  stops: ['**.length', 'parseInt', 'Number'],
  fills: ['**.write'],
  passes: ['**.trim'],
}

function run(text: string): FlowReport[] {
  const { program, errors } = parseSync('file.ts', text)
  expect(errors).toEqual([])
  return runFlow(lowerProgram(program, text), model, rules).reports
}

/** The lines found, as "line:rule". */
const found = (text: string): string[] => run(text).map(({ rule, start }) => `${text.slice(0, start).split('\n').length}:${rule.id}`)
const handler = (body: string): string => `import cp from 'child_process'\nexport async function handle(req, res) {\n${body}\n}`
const isFound = (body: string): boolean => found(handler(body)).some((each) => each.endsWith(':command'))

test('follows data from where it comes in to where it does harm, and shows the way', () => {
  const text = handler('const id = req.query.id\nconst sql = `select ${id}`\ndb.query(sql)')
  const [report] = run(text)
  expect(report?.message).toBe('user input from req.query.id reaches db.query')
  expect(report?.certainty).toBe('certain')
  expect(text.slice(report?.start, report?.end)).toBe('query(sql)')
  expect(report?.steps.map(({ start, end, message }) => [text.slice(start, end), message])).toEqual([
    ['req.query.id', 'user input from req.query.id: the query'],
    ['id', 'assigned to id'],
    ['sql', 'assigned to sql'],
    ['query(sql)', 'reaches db.query'],
  ])
})

test.each([
  ['a variable that is overwritten', 'let x = req.query.a\nx = "fixed"\ncp.exec(x)', false],
  ['an if of which one arm is dirty', 'let x = "a"\nif (res.ok) x = req.query.a\ncp.exec(x)', true],
  ['a test of constants that never holds', 'let x = req.query.a\nconst n = 106\nif (7 * 18 + n > 200) x = "safe"\ncp.exec(x)', false],
  ['a choice of constants', 'const n = 106\nconst x = 7 * 42 - n > 200 ? req.query.a : "safe"\ncp.exec(x)', false],
  ['a switch on a character of a constant', 'let x\nswitch ("ABC"[1]) { case "A": x = req.query.a; break\n case "B": x = "safe"; break\n default: x = req.query.b }\ncp.exec(x)', false],
  ['a switch that falls through', 'let x = ""\nswitch (res.kind) { case 1: x = req.query.a\n case 2: cp.exec(x) }', true],
  ['a field of a record by its own key', 'const o = { a: req.query.a, b: "safe" }\ncp.exec(o.b)', false],
  ['a field of a record that is dirty', 'const o = { a: req.query.a, b: "safe" }\ncp.exec(o.a)', true],
  ['an alias of a record', 'const o = {}\nconst p = o\np.a = req.query.a\ncp.exec(o.a)', true],
  ['an unknown key', 'const o = { b: "safe" }\no[res.key] = req.query.a\ncp.exec(o[res.other])', true],
  ['the place of a list that is clean', 'const l = []\nl.push("safe")\nl.push(req.query.a)\nl.push("more")\nl.shift()\ncp.exec(l[1])', false],
  ['the place of a list that is dirty', 'const l = []\nl.push("safe")\nl.push(req.query.a)\nl.push("more")\nl.shift()\ncp.exec(l[0])', true],
  ['a map by key', 'const m = new Map()\nm.set("a", "safe")\nm.set("b", req.query.a)\ncp.exec(m.get("b"))', true],
  ['another key of the map', 'const m = new Map()\nm.set("a", "safe")\nm.set("b", req.query.a)\ncp.exec(m.get("a"))', false],
  ['destructuring', 'const { query: { a, ...rest } } = req\ncp.exec(rest.b)', true],
  ['a default that is not taken', 'const { a = req.query.a } = { a: "safe" }\ncp.exec(a)', false],
  ['a loop that carries data from round to round', 'let a = "", b = ""\nfor (let i = 0; i < 9; i++) { cp.exec(b)\nb = a\na = req.query.a }', true],
  ['code after a loop that counts', 'let i = 0\nwhile (i < 3) i++\ncp.exec(req.query.a)', true],
  ['code after a return', 'return\ncp.exec(req.query.a)', false],
  ['a catch', 'let x = "a"\ntry { x = req.query.a\nres.go() } catch { cp.exec(x) }', true],
  ['the elements of a list', 'for (const each of req.body.items) cp.exec(each)', true],
  ['map', 'const [first] = req.body.items.map((each) => each.name)\ncp.exec(first)', true],
  ['a promise', 'res.load(req.query.a).then((x) => cp.exec(x))', true],
  ['an unknown call', 'cp.exec(res.trim(req.query.a))', true],
  ['a call whose result is a number', 'cp.exec("a" + parseInt(req.query.a))', false],
  ['arithmetic', 'cp.exec("a" + (req.query.a - 1))', false],
  ['a length', 'cp.exec("a" + req.query.a.length)', false],
  ['text that was filled', 'const b = res.buffer()\nb.write(req.query.a)\ncp.exec(b.text())', true],
  ['and, or', 'const x = req.query.a || "b"\ncp.exec(x && x.trim())', true],
  ['a comparison', 'cp.exec(req.query.a === "b")', false],
  ['a promise made by hand', 'cp.exec(await new Promise((resolve) => resolve(req.query.a)))', true],
  ['several promises', 'const [a, b] = await Promise.all([req.query.a, "safe"])\ncp.exec(b)', false],
  ['call and apply', 'const f = (a, b) => cp.exec(b)\nf.apply(null, ["a", req.query.a])', true],
  ['text of which only letters are left', 'cp.exec(req.query.a.replace(/[^a-z]/g, ""))', false],
  ['text of which one character is taken', 'cp.exec(req.query.a.replace(/[;]/g, ""))', true],
  ['numbers made by map', 'cp.exec(req.body.ids.map(Number).join(","))', false],
  ['elements that pass a test', 'cp.exec(req.body.ids.filter((id) => Number.isInteger(id)).join(","))', false],
  ['elements that pass a test that proves nothing', 'cp.exec(req.body.ids.filter((id) => id.length > 1).join(","))', true],
  ['a map made of pairs', 'cp.exec(new Map([["a", "ls"]]).get(req.query.a))', false],
  ['a sanitizer of another rule', 'cp.exec(mysql.escape(req.query.a))', true],
])('judges %s', (_name, body, expected) => expect(isFound(body)).toBe(expected))

test.each([
  ['list.includes', 'if (!["a", "b"].includes(x)) return', false],
  ['indexOf', 'if (allowed.indexOf(x) === -1) return', false],
  ['a set', 'const ok = new Set(["a"])\nif (!ok.has(x)) throw new Error()', false],
  ['several constants', 'if (x !== "a" && x !== "b") return', false],
  ['any of several constants', 'if (!(x === "a" || x === "b")) return', false],
  ['a constant, or something else', 'if (!(x === "a" || isLate())) return', true],
  ['constants of two variables', 'if (x !== "a" && y !== "b") return', true],
  ['a table', 'if (!commands[x]) return', false],
  ['a table that is asked for what it lacks', 'if (commands[x] === undefined) return', false],
  ['a table that was sent', 'if (!req.body[x]) return', true],
  ['one constant', 'if (x !== "a") return', false],
  ['typeof number', 'if (typeof x !== "number") return', false],
  ['typeof string', 'if (typeof x !== "string") return', true],
  ['an anchored pattern', 'if (!/^[a-z]+$/.test(x)) return', false],
  ['a pattern kept in a variable', 'const name = /^[\\w-]+$/\nif (!name.test(x)) return', false],
  ['a pattern without an end', 'if (!/^[a-z]+/.test(x)) return', true],
  ['a pattern of anything', 'if (!/^.*$/.test(x)) return', true],
  ['a guard with an effect only in its arm', 'if (allowed.includes(x)) res.log(x)', true],
  ['a validator', 'if (!isValidName(x)) return', false],
  ['a function of the file', 'const ok = (n) => n === "a" || names.includes(n)\nif (!(names.includes(x))) return', false],
  ['a function that throws unless it holds', 'const check = (n) => { if (!/^[a-z]+$/.test(n)) throw new Error() }\ncheck(x)', false],
  ['a function that throws for another reason', 'const check = (n) => { if (n === "a") throw new Error() }\ncheck(x)', true],
  ['a function that forgets to throw', 'const check = (n) => { if (!/^[a-z]+$/.test(n)) res.log(n) }\ncheck(x)', true],
  ['a way that leads upwards', 'const r = path.relative(base, x)\nif (r.startsWith("..")) return', true],
  ['a test kept in a variable', 'const ok = allowed.includes(x)\nif (!ok) return', false],
  ['a switch', 'switch (x) { case "a": case "b": break\n default: return }', false],
  ['replacement', 'if (!allowed.includes(x)) x = "a"', false],
])('knows what %s proves', (_name, guard, expected) => expect(isFound(`let x = req.query.a\n${guard}\ncp.exec(x)`)).toBe(expected))

test('runs functions of the file with what they are given', () => {
  expect(isFound('const build = (a, b) => "ls " + b\ncp.exec(build(req.query.a, "x"))')).toBe(false)
  expect(isFound('const build = (a, b) => "ls " + b\ncp.exec(build("x", req.query.a))')).toBe(true)
  expect(found('import { exec } from "child_process"\nfunction go(what) {\n  exec(what)\n}\nexport const handle = (req) => void go(req.query.a)')).toEqual(['3:command'])
})

test('knows what instances hold', () => {
  const text = `
import { exec } from 'child_process'
class Job {
  constructor(name, safe) { this.name = name; this.safe = safe }
  run() { exec(this.name) }
  runSafe() { exec(this.safe) }
}
export function handle(req) { const job = new Job(req.query.a, 'x'); job.run(); job.runSafe() }`
  expect(found(text)).toEqual(['5:command'])
})

test('trusts what a rule calls a sanitizer or a guard, for this rule only', () => {
  expect(found(handler('db.query("a" + mysql.escape(req.query.a))'))).toEqual([])
  expect(found(handler('document.body.innerHTML = mysql.escape(req.query.a)'))).toEqual(['3:markup'])
  expect(found(`import { isName } from 'checks'\n${handler('if (!isName(req.query.a)) return\ndb.query(req.query.a)')}`)).toEqual([])
})

test('reports calls that are wrong by themselves', () => {
  expect(found('import crypto from "crypto"\ncrypto.createHash("sha256")\ncrypto.createHash("md5")')).toEqual(['3:hash'])
})

test('looks at one field of an argument, and at what a text begins with', () => {
  expect(found(handler('fetch({ url: "https://a/", body: req.query.a })\nfetch(req.query.a)\nfetch({ url: req.query.a })\nfetch("https://a/" + req.query.a)\nfetch(`${res.host}/${req.query.a}`)'))).toEqual(['4:fetch', '5:fetch', '7:fetch'])
})

test('only guesses what comes out of calls that are not known', () => {
  const certainty = (body: string) => run(handler(body)).map((report) => `${report.rule.id} ${report.certainty}`)
  expect(certainty('document.body.innerHTML = (await users.load(req.query.a)).name')).toEqual(['markup possible'])
  expect(certainty('document.body.innerHTML = req.query.a.trim()')).toEqual(['markup certain'])
  expect(certainty('res.send(req.query.a.trim())')).toEqual(['sent certain'])
  expect(certainty('res.send(users.load(req.query.a))')).toEqual([])
})

test('reports what a handler answers', () => {
  expect(found('export const a = (req) => "<p>" + req.query.a\nexport const b = (req) => escapeHtml(req.query.a)\nexport const c = (req) => "x" + lib.escapeHtml(req.query.a)')).toEqual(['1:markup', '2:markup'])
})

test('is less certain of what callers of exported functions hand over', () => {
  const [report] = run('import { exec } from "child_process"\nexport function go(what) { exec(what) }')
  expect(report?.certainty).toBe('possible')
  expect(run('import { exec } from "child_process"\nfunction go(what) { exec(what) }')).toEqual([])
})

test.each([
  ['deep nesting', `${'('.repeat(400)}req.query.a${')'.repeat(400)}`],
  ['a long chain', `a${'.b()'.repeat(5_000)}`],
  ['many functions that call one another', Array.from({ length: 400 }, (_, i) => `export function f${i}(a) { f${(i + 1) % 400}(a); f${(i + 7) % 400}(a); f${(i + 13) % 400}(a) }`).join('\n')],
  ['many branches', `export function f(a) {\nlet x\n${Array.from({ length: 2_000 }, (_, i) => `if (a.b${i}) { x = a.c; if (x) return x }`).join('\n')}\n}`],
  ['objects that hold themselves', `const a = {}\na.a = a\n${'a.a = { a, b: a }\n'.repeat(500)}f(a)`],
  ['objects that loops put into one another', 'for (var i = 0; i < count; i++) {\nvar at = root\nwhile ((key = keys.shift()) != null) {\nat[key] = {}\nat = at[key]\nheld = at[last]\n}\nat[other] = held\n}'],
  ['nested loops', `${'for (const a of b) {'.repeat(40)} f(a) ${'}'.repeat(40)}`],
])('ends for %s', (_name, text) => {
  const { program } = parseSync('file.ts', text)
  expect(runFlow(lowerProgram(program, text), model, rules).reports).toBeInstanceOf(Array)
})
