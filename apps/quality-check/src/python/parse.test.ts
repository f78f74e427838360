import { expect, test } from 'vitest'
import type { PythonNode } from './ast.ts'
import { eachChild, walk } from './nodes.ts'
import { parsePython } from './parse.ts'

/** The tree in brackets: types, and what tells nodes of a type apart. */
function sketch(node: PythonNode): string {
  const mark = markOf(node)
  const inner: string[] = []
  eachChild(node, (child) => inner.push(sketch(child)))
  return inner.length === 0 ? `${node.type}${mark}` : `${node.type}${mark}(${inner.join(' ')})`
}

function markOf(node: PythonNode): string {
  switch (node.type) {
    case 'Name':
      return `:${node.id}${node.ctx === 'Load' ? '' : `!${node.ctx}`}`
    case 'Constant':
      return `:${node.kind}=${JSON.stringify(String(node.value))}`
    case 'Attribute':
      return `.${node.attr}${node.ctx === 'Load' ? '' : `!${node.ctx}`}`
    case 'BinOp':
    case 'UnaryOp':
    case 'BoolOp':
    case 'AugAssign':
      return `:${node.op}`
    case 'Compare':
      return `:${node.ops.join(',')}`
    case 'keyword':
    case 'arg':
      return `:${node.arg}`
    case 'alias':
      return `:${node.name}>${node.asname}`
    case 'ImportFrom':
      return `:${node.level}:${node.module}`
    case 'FunctionDef':
    case 'AsyncFunctionDef':
    case 'ClassDef':
    case 'ExceptHandler':
    case 'MatchAs':
    case 'MatchStar':
    case 'TypeVar':
    case 'TypeVarTuple':
    case 'ParamSpec':
      return `:${node.name}`
    default:
      return ''
  }
}

function parse(text: string): string {
  const parsed = parsePython(text)
  return parsed.error === undefined ? parsed.module.body.map(sketch).join(' ; ') : `error at ${parsed.error.offset}`
}

test.each([
  ['operators by their strength', 'not a or b and c == -d ** 2 + e * f', 'Expr(BoolOp:or(UnaryOp:not(Name:a) BoolOp:and(Name:b Compare:==(Name:c BinOp:+(UnaryOp:-(BinOp:**(Name:d Constant:int="2")) BinOp:*(Name:e Name:f))))))'],
  ['chained comparisons', 'a < b is not c not in d', 'Expr(Compare:<,is not,not in(Name:a Name:b Name:c Name:d))'],
  ['conditions and lambdas', 'x = a if b else lambda c, *d, e=1, **f: c', 'Assign(Name:x!Store IfExp(Name:a Name:b Lambda(arguments(arg:c arg:d arg:e Constant:int="1" arg:f) Name:c)))'],
  ['await before an operator', 'async def f():\n  return await a + b', 'AsyncFunctionDef:f(arguments Return(BinOp:+(Await(Name:a) Name:b)))'],
  ['calls with everything', 'f(a, *b, c=1, **d).g[1:2, ::3]', 'Expr(Subscript(Attribute.g(Call(Name:f Name:a Starred(Name:b) keyword:c(Constant:int="1") keyword:null(Name:d))) Tuple(Slice(Constant:int="1" Constant:int="2") Slice(Constant:int="3"))))'],
  ['starred assignment', 'a, *b = c.d = e, *f', 'Assign(Tuple(Name:a!Store Starred(Name:b!Store)) Attribute.d!Store(Name:c) Tuple(Name:e Starred(Name:f)))'],
  ['annotations', 'a: int = 1\nb.c: str', 'AnnAssign(Name:a!Store Name:int Constant:int="1") ; AnnAssign(Attribute.c!Store(Name:b) Name:str)'],
  ['comprehensions', '{k: v for k, v in x if k for y in v}, [a async for a in b], {a for a in b}, f(a for a in b)', 'Expr(Tuple(DictComp(Name:k Name:v comprehension(Tuple(Name:k!Store Name:v!Store) Name:x Name:k) comprehension(Name:y!Store Name:v)) ListComp(Name:a comprehension(Name:a!Store Name:b)) SetComp(Name:a comprehension(Name:a!Store Name:b)) Call(Name:f GeneratorExp(Name:a comprehension(Name:a!Store Name:b)))))'],
  ['dicts and sets', '{"a": 1, **b}, {1, *c}, {}', 'Expr(Tuple(Dict(Constant:str="a" Constant:int="1" Name:b) Set(Constant:int="1" Starred(Name:c)) Dict))'],
  ['a walrus', 'if (n := len(a)) > 1: pass', 'If(Compare:>(NamedExpr(Name:n!Store Call(Name:len Name:a)) Constant:int="1") Pass)'],
  ['yields, also without a value', 'def f():\n  x = yield\n  yield from y\n  yield', 'FunctionDef:f(arguments Assign(Name:x!Store Yield) Expr(YieldFrom(Name:y)) Expr(Yield))'],
  ['imports', 'import a.b as c, d\nfrom ..e import (f as g, h,)\nfrom . import *', 'Import(alias:a.b>c alias:d>null) ; ImportFrom:2:e(alias:f>g alias:h>null) ; ImportFrom:1:null(alias:*>null)'],
  ['with, its items in brackets or not', 'with (a as b, c() as (d, e)): pass\nwith (f): pass\nwith g as h.i, (j, k)[0]: pass', 'With(withitem(Name:a Name:b!Store) withitem(Call(Name:c) Tuple(Name:d!Store Name:e!Store)) Pass) ; With(withitem(Name:f) Pass) ; With(withitem(Name:g Attribute.i!Store(Name:h)) withitem(Subscript(Tuple(Name:j Name:k) Constant:int="0")) Pass)'],
  ['elif as an If in orelse', 'if a: pass\nelif b: pass\nelse: c', 'If(Name:a Pass If(Name:b Pass Expr(Name:c)))'],
  ['try with all its parts', 'try: a\nexcept (B, C) as d: e\nexcept: f\nelse: g\nfinally: h', 'Try(Expr(Name:a) ExceptHandler:d(Tuple(Name:B Name:C) Expr(Name:e)) ExceptHandler:null(Expr(Name:f)) Expr(Name:g) Expr(Name:h))'],
  ['except*', 'try: a\nexcept* B: c', 'TryStar(Expr(Name:a) ExceptHandler:null(Name:B Expr(Name:c)))'],
  ['functions', '@a.b(1)\n@c\ndef f[T: int, *U, **P](x, /, y: int = 1, *, z) -> d: ...', 'FunctionDef:f(Call(Attribute.b(Name:a) Constant:int="1") Name:c TypeVar:T(Name:int) TypeVarTuple:U ParamSpec:P arguments(arg:x arg:y(Name:int) Constant:int="1" arg:z) Name:d Expr(Constant:Ellipsis="null"))'],
  ['classes', 'class A[T](B, metaclass=C):\n  x = 1', 'ClassDef:A(TypeVar:T Name:B keyword:metaclass(Name:C) Assign(Name:x!Store Constant:int="1"))'],
  ['statements on one line', 'a += 1; del b, c[0]; raise D from e; assert f, g', 'AugAssign:+(Name:a!Store Constant:int="1") ; Delete(Name:b!Del Subscript(Name:c Constant:int="0")) ; Raise(Name:D Name:e) ; Assert(Name:f Name:g)'],
  ['soft keywords as names', 'match = type = case\nmatch(x)\ntype X = int', 'Assign(Name:match!Store Name:type!Store Name:case) ; Expr(Call(Name:match Name:x)) ; TypeAlias(Name:X!Store Name:int)'],
])('reads %s', (_, text, tree) => {
  expect(parse(text)).toBe(tree)
})

test('reads patterns', () => {
  const text = 'match a, b:\n  case [1, *_] | {"k": -2, **rest} if c: pass\n  case P(x, y=Q.r) as z: pass\n  case None, _: pass'
  expect(parse(text)).toBe(
    'Match(Tuple(Name:a Name:b) match_case(MatchOr(MatchSequence(MatchValue(Constant:int="1") MatchStar:null) MatchMapping(Constant:str="k" MatchValue(UnaryOp:-(Constant:int="2")))) Name:c Pass) match_case(MatchAs:z(MatchClass(Name:P MatchAs:x MatchValue(Attribute.r(Name:Q)))) Pass) match_case(MatchSequence(MatchSingleton MatchAs:null) Pass))',
  )
})

test.each([
  ['escapes', String.raw`'a\n\x41\u00e9\'\q'`, '"a\\nAé\'\\\\q"'],
  ['raw text', String.raw`r'\n'`, '"\\\\n"'],
  ['lines in three quotes', '"""a\n"b" """', '"a\\n\\"b\\" "'],
  ['strings beside each other', `('a' "b"\n r'\\c')`, '"ab\\\\c"'],
])('decodes %s', (_, text, value) => {
  expect(parse(text)).toBe(`Expr(Constant:str=${value})`)
})

test('reads f-strings with fields in fields, and quotes in fields', () => {
  expect(parse(`'a' f"{{b}}{c!r:>{d}.2f}{e["k"]:%Y-%m}{f=}" 'g'`)).toBe(
    'Expr(JoinedStr(Constant:str="a{b}" FormattedValue(Name:c JoinedStr(Constant:str=">" FormattedValue(Name:d) Constant:str=".2f")) FormattedValue(Subscript(Name:e Constant:str="k") JoinedStr(Constant:str="%Y-%m")) Constant:str="f=" FormattedValue(Name:f) Constant:str="g"))',
  )
})

test('keeps comments, and reads lines that are joined or empty', () => {
  const parsed = parsePython('# one\r\nif a and \\\r\n    b:  # two\r\n\r\n  c = [\r\n1]\r\n')
  expect(parsed.error).toBeUndefined()
  expect(parsed.error === undefined && parsed.comments.map(({ text }) => text)).toEqual(['# one', '# two'])
})

test('gives offsets of the text', () => {
  const text = 'é = 1\n@d\ndef f(a):\n  return (a + "💥").b(c)\n'
  const parsed = parsePython(text)
  if (parsed.error !== undefined) throw new Error('did not parse')
  const seen: string[] = []
  walk(parsed.module, (node) => {
    if (['FunctionDef', 'Call', 'BinOp', 'arg'].includes(node.type)) seen.push(text.slice(node.start, node.end))
  })
  expect(seen).toEqual(['def f(a):\n  return (a + "💥").b(c)', 'a', '(a + "💥").b(c)', 'a + "💥"'])
})

test.each(['f(', 'def f(:\n  pass', 'if a:\npass', 'print "x"', 'x = = 1', '"abc', 'f"{a"', 'f() = 1', '  a\n b', 'try: a', ')', 'for x y: pass', 'x = 1 +'])('says where %j is no Python', (text) => {
  expect(parse(text)).toMatch(/^error at \d+$/)
})

test.each([
  ['brackets', '('.repeat(5000) + ')'.repeat(5000)],
  ['blocks', Array.from({ length: 3000 }, (_, depth) => `${' '.repeat(depth)}if a:\n`).join('') + ' '.repeat(3000) + 'pass'],
  ['operators', `x = ${'a + '.repeat(50_000)}a`],
  ['calls', `x = a${'.b()'.repeat(50_000)}`],
  ['negations', `x = ${'not '.repeat(50_000)}a`],
  ['fields', `x = ${'f"{'.repeat(3000)}1${'}"'.repeat(3000)}`],
])('refuses %s nested deeper than people write', (_, text) => {
  expect(parse(text)).toMatch(/^error at \d+$/)
})
