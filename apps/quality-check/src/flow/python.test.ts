import { expect, test } from 'vitest'
import { lowerPython } from '../python/lowering/lower-module.ts'
import { parsePython } from '../python/parse.ts'
import { runFlow } from './engine.ts'
import type { FlowRule, FlowSpec, LanguageModel } from './flow-rule.ts'

const rule = (id: string, python: FlowSpec): FlowRule => ({ kind: 'flow', id, title: id, why: '', fix: '', category: 'security', severity: 'error', confidence: 'high', languages: ['python'], sources: ['request'], python })

const rules = [
  rule('command', { sinks: [{ call: 'os.system', args: [0] }] }),
  rule('path', { sinks: [{ call: 'open', args: [0] }], guards: ['**.startswith', 'in'] }),
]

const model: LanguageModel = {
  sources: [{ path: 'flask.request', kind: 'request', what: 'a part of the request', container: true }],
  parameter: () => undefined,
  isHandler: () => false,
  stops: ['int', 'len'],
  fills: [],
  passes: ['**.get', 'base64.*', '**.encode', '**.decode', 'os.path.*'],
  ends: ['flask.abort'],
}

/** Whether `p`, which is a part of the request, does harm in the body of a function. */
function isFound(body: string): boolean {
  const lines = ['p = request.form.get("q")', ...body.split('\n')].map((line) => `    ${line}\n`)
  const text = `import os, flask, re\nfrom flask import request\ndef handler():\n${lines.join('')}`
  const parsed = parsePython(text)
  if (parsed.error !== undefined) throw new Error(parsed.error.message)
  return runFlow(lowerPython(parsed.module, text), model, rules).reports.length > 0
}

test.each([
  ['a dictionary by key, the clean one', `map1 = {}\nmap1['a'] = 'x'\nmap1['b'] = p\nbar = map1['b']\nbar = map1['a']\nos.system(bar)`, false],
  ['a dictionary by key, the dirty one', `map1 = {}\nmap1['a'] = 'x'\nmap1['b'] = p\nbar = map1['a']\nbar = map1['b']\nos.system(bar)`, true],
  ['a list after pop, the dirty place', `l = []\nl.append('s')\nl.append(p)\nl.append('m')\nl.pop(0)\nbar = l[0]\nos.system(bar)`, true],
  ['a list after pop, the clean place', `l = []\nl.append('s')\nl.append(p)\nl.append('m')\nl.pop(0)\nbar = l[1]\nos.system(bar)`, false],
  ['a parser of settings, another option', `import configparser\nc = configparser.ConfigParser()\nc.add_section('s')\nc.set('s','a','v')\nc.set('s','b',p)\nbar = c.get('s','a')\nos.system(bar)`, false],
  ['a parser of settings, the same option', `import configparser\nc = configparser.ConfigParser()\nc.add_section('s')\nc.set('s','a','v')\nc.set('s','b',p)\nbar = c.get('s','b')\nos.system(bar)`, true],
  ['match on a character of a constant, a dirty case', `g = 'ABC'\ns = g[2]\nmatch s:\n  case 'A':\n    bar = p\n  case 'B':\n    bar = 'bob'\n  case 'C' | 'D':\n    bar = p\n  case _:\n    bar = 'x'\nos.system(bar)`, true],
  ['match on a character of a constant, a clean case', `g = 'ABC'\ns = g[1]\nmatch s:\n  case 'A':\n    bar = p\n  case 'B':\n    bar = 'bob'\n  case 'C' | 'D':\n    bar = p\n  case _:\n    bar = 'x'\nos.system(bar)`, false],
  ['an if of constants', `num = 86\nif 7 * 42 - num > 200:\n  bar = 'a'\nelse:\n  bar = p\nos.system(bar)`, false],
  ['a choice of constants', `num = 106\nbar = 'a' if 7 * 18 + num > 200 else p\nos.system(bar)`, false],
  ['text put together in a loop', `bar = ''\nfor ch in p:\n  bar += ch\nos.system(bar)`, true],
  ['an instance that keeps it', `class T:\n  def __init__(self, v):\n    self.v = v\n  def get(self):\n    return self.v\nt = T(p)\nos.system(t.get())`, true],
  ['a method that drops it', `class T:\n  def do(self, v):\n    r = 'x'\n    return r\nos.system(T().do(p))`, false],
  ['encoding and decoding', `import base64\nbar = base64.b64decode(base64.b64encode(p.encode())).decode()\nos.system(bar)`, true],
  ['an f-string', `os.system(f"ls {p}")`, true],
  ['a format with %', `os.system("ls %s" % p)`, true],
  ['a format of constants', `os.system("ls %s %d" % ("a", 3))`, false],
  ['format()', `os.system("ls {}".format(p))`, true],
  ['a number', `os.system(f"ls {int(p)}")`, false],
  ['a number of an f-string', `os.system(f"ls {p:d}")`, false],
  ['a number of a format with %', `os.system("ls %d" % p)`, false],
  ['a number of format()', `os.system("ls {:d}".format(p))`, false],
  ['a check that aborts', `import flask\nif p not in ('a','b'):\n  flask.abort(400)\nos.system(p)`, false],
  ['a check that calls a function that raises', `def fail():\n  raise ValueError()\nif p not in ('a','b'):\n  fail()\nos.system(p)`, false],
  ['a check for ".."', `if '..' in p:\n  return\nopen(p)`, false],
  ['a check of the real path', `import os\nfull = os.path.realpath(os.path.join('/b', p))\nif not full.startswith('/b'):\n  return\nopen(full)`, false],
  ['a check whose answer is lost', `p.startswith('/b')\nopen(p)`, true],
  ['equal to what was looked at in a way that nobody sees', `q = request.form.get('q2')\nverify(q)\nif p == q:\n  os.system(p)`, true],
  ['keywords gathered', `def f(**k):\n  os.system(k['a'])\nf(a=p)`, true],
  ['another of the keywords', `def f(**k):\n  os.system(k['b'])\nf(a=p, b='x')`, false],
  ['a comprehension', `xs = [x for x in [p, 'a']]\nos.system(xs[0])`, true],
  ['join', `os.system(' '.join(['a', p]))`, true],
  ['join of constants', `os.system(' '.join(['a', 'b']))`, false],
  ['with', `with ctx(p) as q:\n  os.system(q)`, true],
  ['a generator', `def g():\n  yield p\nfor x in g():\n  os.system(x)`, true],
  ['the keys of items', `d = {'a': p, 'b': 'x'}\nfor k, v in d.items():\n  os.system(k)`, false],
  ['the values of items', `d = {'a': p, 'b': 'x'}\nfor k, v in d.items():\n  os.system(v)`, true],
  ['one of several targets', `a, b = p, 'x'\nos.system(b)`, false],
  ['an assignment in a test', `if (a := p):\n  os.system(a)`, true],
  ['a lambda', `f = lambda x: x\nos.system(f(p))`, true],
  ['try', `try:\n  x = p\nexcept Exception:\n  x = 'a'\nos.system(x)`, true],
  ['a decorated function inside', `@app.route('/x')\ndef inner():\n  os.system(flask.request.args.get('a'))`, true],
  ['the constructor of a base', `class A:\n  def __init__(self, v):\n    self.v = v\nclass B(A):\n  def __init__(self, v):\n    super().__init__(v)\nos.system(B(p).v)`, true],
  ['a property', `class A:\n  def __init__(self, v):\n    self._v = v\n  @property\n  def v(self):\n    return self._v\nos.system(A(p).v)`, true],
  ['a table looked up by it', `d = {'a': 'x'}\nos.system(d.get(p, 'y'))`, false],
  ['a default', `d = {'a': p}\nos.system(d.get('b', 'x'))`, false],
  ['dict(...)', `d = dict(a=p, b='x')\nos.system(d['b'])`, false],
  ['a pattern from end to end', `import re\nif not re.match(r'^[a-z]+$', p):\n  return\nos.system(p)`, false],
  ['fullmatch', `import re\nif re.fullmatch(r'[a-z]+', p) is None:\n  return\nos.system(p)`, false],
  ['a compiled pattern', `import re\nR = re.compile(r'^[a-z]+$')\nif not R.match(p):\n  return\nos.system(p)`, false],
  ['a slice', `os.system(p[1:5])`, true],
  ['a deleted key', `d = {'a': p}\ndel d['a']\nos.system(str(d))`, false],
  ['a global', `def s():\n  global G\n  G = p\ns()\nos.system(G)`, true],
  ['a nonlocal', `def s():\n  v = 'a'\n  def t():\n    nonlocal v\n    v = p\n  t()\n  os.system(v)\ns()`, true],
])('judges %s', (_name, body, expected) => expect(isFound(body)).toBe(expected))

test('what one function asked of the request holds for no other', () => {
  const handler = (name: string, check: string) => `def ${name}():\n    p = request.args['q']\n${check}    open(p)\n`
  const text = `from flask import request\n${handler('a', "    if not p.startswith('/b'):\n        return\n")}${handler('b', '')}`
  const parsed = parsePython(text)
  if (parsed.error !== undefined) throw new Error(parsed.error.message)
  expect(runFlow(lowerPython(parsed.module, text), model, rules).reports.map(({ start }) => text.slice(0, start).split('\n').length)).toEqual([9])
})
