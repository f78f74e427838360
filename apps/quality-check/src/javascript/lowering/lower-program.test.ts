import { parseSync } from 'oxc-parser'
import { expect, test } from 'vitest'
import type { Expression, FunctionNode, Pattern, Program, Statement } from '../../flow/program.ts'
import { lowerProgram } from './lower-program.ts'

function lower(text: string, extension = '.ts'): Program {
  const { program, errors } = parseSync(`file${extension}`, text)
  expect(errors).toEqual([])
  return lowerProgram(program, text)
}

/** The program in a notation of one line a statement. */
const show = (text: string, extension?: string): string[] => lower(text, extension).body.map(statement)

function expression(node: Expression): string {
  switch (node.kind) {
    case 'literal':
      return typeof node.value === 'bigint' ? `${node.value}n` : (JSON.stringify(node.value) ?? 'undefined')
    case 'name':
      return node.name
    case 'member':
      return `${expression(node.object)}${typeof node.key === 'string' ? `.${node.key}` : `[${expression(node.key)}]`}`
    case 'call':
      return `${node.construct ? 'new ' : ''}${expression(node.callee)}(${node.args.map(({ value, spread }) => `${spread === true ? '...' : ''}${expression(value)}`).join(', ')})`
    case 'concat':
      return `text(${node.parts.map(expression).join(', ')})`
    case 'operation':
      return `${node.operator}(${node.operands.map(expression).join(', ')})`
    case 'logical':
      return `${node.operator}(${expression(node.left)}, ${expression(node.right)})`
    case 'choice':
      return `choice(${[node.test, node.then, node.otherwise].map(expression).join(', ')})`
    case 'record':
      return `{${node.entries.map((entry) => ('spread' in entry ? `...${expression(entry.spread)}` : `${expression(entry.key)}: ${expression(entry.value)}`)).join(', ')}}`
    case 'list':
      return `[${node.items.map(({ value, spread }) => `${spread === true ? '...' : ''}${expression(value)}`).join(', ')}]`
    case 'function':
      return functionText(node.function)
    case 'class':
      return `class ${node.class.name}{${node.class.members.map(({ name, value }) => `${name}=${expression(value)}`).join('; ')}}`
    case 'assign':
      return `${pattern(node.target)} ${node.operator ?? '='} ${expression(node.value)}`
    case 'sequence':
      return `sequence(${node.body.map(statement).join('; ')}; ${expression(node.value)})`
    default:
      return `${node.kind}(${node.of.map(expression).join(', ')})`
  }
}

function functionText({ name, parameters, body, exported }: FunctionNode): string {
  const shown = parameters.map((each) => `${pattern(each.target)}${each.type === '' ? '' : `: ${each.type}`}${each.rest === undefined ? '' : '...'}${each.default === undefined ? '' : ` = ${expression(each.default)}`}`)
  return `${exported ? 'export ' : ''}${name}(${shown.join(', ')}) { ${body.map(statement).join('; ')} }`
}

function pattern(node: Pattern | undefined): string {
  if (node === undefined) return ''
  if (node.kind === 'name') return node.name
  if (node.kind === 'default') return `${pattern(node.target)} = ${expression(node.value)}`
  if (node.kind === 'member') return expression({ ...node, kind: 'member' })
  if (node.kind === 'list') return `[${node.items.map(pattern).join(', ')}${node.rest === undefined ? '' : `, ...${pattern(node.rest)}`}]`
  return `{${node.entries.map(({ key, target }) => `${expression(key)}: ${pattern(target)}`).join(', ')}${node.rest === undefined ? '' : `, ...${pattern(node.rest)}`}}`
}

const statements = (nodes: readonly Statement[]): string => `{ ${nodes.map(statement).join('; ')} }`

function statement(node: Statement): string {
  switch (node.kind) {
    case 'expression':
      return expression(node.expression)
    case 'if':
      return `if ${expression(node.test)} ${statements(node.then)} else ${statements(node.otherwise)}`
    case 'loop':
      return `loop ${node.each === undefined ? (node.test === undefined ? '' : expression(node.test)) : `${pattern(node.each.target)} of ${node.each.takes} ${expression(node.each.of)}`} ${statements(node.body)}`
    case 'match':
      return `match ${expression(node.subject)} ${node.cases.map(({ tests, body, fallsThrough }) => `case ${tests.map(expression).join()} ${statements(body)}${fallsThrough ? ' falls' : ''}`).join(' ')}`
    case 'try':
      return `try ${statements(node.body)} ${node.handlers.map(({ binding, body }) => `catch ${pattern(binding)} ${statements(body)}`).join(' ')} finally ${statements(node.finally)}`
    case 'return':
    case 'throw':
      return `${node.kind} ${node.value === undefined ? '' : expression(node.value)}`
    case 'function':
      return functionText(node.function)
    case 'class':
      return expression({ ...node, kind: 'class' })
    case 'import':
      return `import ${node.bindings.map(({ local, path }) => `${local}=${path}`).join(' ')}`
    case 'block':
      return statements(node.body)
    default:
      return node.kind
  }
}

test('binds imports of every style to canonical paths', () => {
  expect(
    show(`
      import cp, { exec as run } from 'node:child_process'
      import * as files from 'fs/promises'
      import type { Request } from 'express'
      import db from './lib/db.js'
      import net = require('net')
      const { readFile, writeFile: write } = require('fs')
      const reading = require('fs').promises`),
  ).toEqual([
    'import cp=child_process run=child_process.exec',
    'import files=fs.promises',
    'import db=local:lib/db.db',
    'import net=net',
    'import readFile=fs.readFile write=fs.writeFile',
    'import reading=fs.promises',
  ])
})

test('binds a module that an expression asks for at the top, and one that is not constant to a call', () => {
  expect(show(`const app = require('express')(); const os = await import('node:os'); require(name); import(name)`)).toEqual([
    'import require:express=express require:os=os',
    'app = require:express()',
    'os = combine(require:os)',
    'require(name)',
    'import(name)',
  ])
})

test('gives a variable of an inner block a name of its own when it would hide another', () => {
  expect(show(`let x = 1; { let x = a; use(x) } for (const x of y) use(x); use(x); function f(x) { if (x) { const x = 2; g(x) } }`)).toEqual([
    'x = 1',
    '{ x#2 = a; use(x#2) }',
    'loop x#3 of values y { use(x#3) }',
    'use(x)',
    'f(x) { if x { x#2 = 2; g(x#2) } else {  } }',
  ])
})

test('hoists var out of blocks', () => {
  const [body] = lower(`function f() { if (a) { var x = 1 } return x }`).body
  expect(body?.kind === 'function' && [...body.function.locals]).toEqual(['this', 'x'])
})

test('names functions by where they are put and knows which ones others can call', () => {
  expect(
    show(`export const a = (x) => x; const b = async () => {}; module.exports = { b, c(y) {} }; exports.d = function () {}; export default class { m() {} private n() {} }`).map((line) => line.replaceAll('\n', '')),
  ).toEqual([
    'a = export a(x) { return x }',
    'b = export b() {  }',
    'module.exports = {"b": b, "c": export c(y) {  }}',
    'exports.d = export d() {  }',
    'class {m=export m() {  }; n=n() {  }}',
  ])
})

test('says which call a callback is handed to', () => {
  const [body] = lower(`app.get('/users', (a, b) => b.send(a))`).body
  const [, callback] = body?.kind === 'expression' && body.expression.kind === 'call' ? body.expression.args : []
  expect(callback?.value.kind === 'function' && callback.value.function.passedTo).toEqual({ callee: 'app.get', first: '/users' })
})

test('reads templates, sums with text and tagged templates as what they make', () => {
  expect(show('`a${b}c`; "x" + a + (b + 1); a + b; `plain`; sql`select ${id}`; String.raw`${a}b`')).toEqual([
    'text("a", b, "c")',
    'text("x", a, +(b, 1))',
    '+(a, b)',
    '"plain"',
    'sql(["select ", ""], id)',
    'text(a, "b")',
  ])
})

test('reads destructuring with defaults, rests and computed keys', () => {
  expect(show('const { a, b: { c = 1 }, ["d"]: e, ...rest } = req; [x, , y = 2, ...z] = list; function f({ q } = {}, ...more) {}')).toEqual([
    '{"a": a, "b": {"c": c = 1}, "d": e, ...rest} = req',
    '[x, , y = 2, ...z] = list',
    'f({"q": q} = {}, more...) {  }',
  ])
})

test('takes types away and keeps what they say of parameters', () => {
  expect(show('function f(req: Request<P>, o: { a: 1 }, id?: string) { return (req as any).body!.x satisfies string }')).toEqual(['f(req: Request, o: object, id: string) { return req.body.x }'])
  expect(show('enum Color { Red = "r", Blue }; namespace N { const x = 1 } class C { constructor(private db: Db) {} }')).toEqual([
    'Color = {"Red": "r", "Blue": 0}',
    '{ { x = 1 } }',
    'class C{constructor=constructor(db: Db) { this.db = db }}',
  ])
})

test('keeps decorators of parameters, methods and classes', () => {
  const [body] = lower(`@Controller() class C { @Get('x') find(@Query('id') id: string) {} }`).body
  const [member] = body?.kind === 'class' ? body.class.members : []
  const method = member?.value.kind === 'function' ? member.value.function : undefined
  expect(method?.decorators.map(expression)).toEqual(['Get("x")'])
  expect(method?.parameters[0]?.decorators.map(expression)).toEqual(['Query("id")'])
})

test('reads switches, loops, tries and jumps', () => {
  expect(show('switch (a) { case 1: case 2: f(); break; default: g() } for (let i = 0; i < n; i++) { if (i) continue }')).toEqual([
    'match a case 1 {  } falls case 2 { f(); break } case  { g() } falls',
    'i = 0',
    'loop <(i, n) { if i { continue } else {  }; ++(i) }',
  ])
  expect(show('try { f() } catch ({ message }) { g(message) } finally { h() } for (const k in o) use(k); outer: while (x) { break outer }')).toEqual([
    'try { f() } catch {"message": message} { g(message) } finally { h() }',
    'loop k of keys o { use(k) }',
    'loop x { break }',
  ])
})

test('calls the global object\'s members by their own names', () => {
  expect(show('window.location.href = a; globalThis["eval"](b); document.location.hash; window.name; jQuery(c)')).toEqual(['location.href = a', 'eval(b)', 'location.hash', 'window.name', '$(c)'])
  expect(show('function f(window) { window.open(x) }')).toEqual(['f(window) { window.open(x) }'])
})

test('turns what JSX sets into calls', () => {
  expect(show('<a href={url} {...rest}>{name}<b dangerouslySetInnerHTML={{ __html: text }} /></a>', '.tsx')).toEqual([
    'opaque(<jsx>.href(url, "a"), <jsx>....(rest, "a"), name, opaque(<jsx>.dangerouslySetInnerHTML({"__html": text}, "b")))',
  ])
})

test('reads optional chains, logical assignment, commas, awaits and spreads', () => {
  expect(show('a?.b?.(...c); x ??= y; (f(), g()); await h; `${i}` || j; ({ ...k }); /a+/i')).toEqual(['a.b(...c)', 'x ??= y', 'sequence(f(); g())', 'combine(h)', 'or(text(i), j)', '{...k}', 'new RegExp("a+", "i")'])
})

test('survives code nested deeper than any stack', () => {
  expect(lower(`x = ${'['.repeat(2000)}${']'.repeat(2000)}`).body).toHaveLength(1)
  expect(lower(`x = ${'"a" + '.repeat(20_000)}b`).body).toHaveLength(1)
  expect(lower(`x = ${Array.from({ length: 3000 }, () => 'a').join('.b().')}`).body).toHaveLength(1)
})

test('says beforehand what is called or written under a key that is not known', () => {
  expect(show('o[k](); o[j][k] = v; o.p = o["q"]; o[0] = 1')).toEqual(['sequence(<key>.call(k); o[k]())', 'sequence(<key>.write(k, j); o[j][k] = v)', 'o.p = o.q', 'o.0 = 1'])
})
