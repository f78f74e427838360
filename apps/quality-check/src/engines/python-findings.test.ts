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

test('FTP is told from FTP over TLS', async () => {
  const found = await findingsIn('import ftplib\n\nopen_one = ftplib.FTP("files.example.org")\nsafe_one = ftplib.FTP_TLS("files.example.org")\n')
  expect(found.filter(({ rule }) => rule === 'S321').map(({ line }) => line)).toEqual([3])
})

test.each([
  ['https://localhost:8443/health', ['S501 advice']],
  ['https://127.0.0.1/health', ['S501 advice']],
  ['https://hosts.example.org/health', ['S501']],
])('of an unverified certificate of %s it says %j', async (address, rules) => {
  const found = await findingsIn(`import requests\n\nanswer = requests.get("${address}", verify=False, timeout=5)\n`)
  expect(found.filter(({ rule }) => rule === 'S501').map(verdict)).toEqual(rules)
})

test.each([
  ['os.chmod(folder, 0o770)', []],
  ['os.chmod(folder, 0o777)', ['S103']],
  ['eval(text)', ['S307 advice']],
  ['yaml.load(text, Loader=OnceLoader)', []],
  ['yaml.load(text, Loader=OtherLoader)', ['S506']],
  ['def read(text, Loader=OurSafeLoader): return yaml.load(text, Loader=Loader)', []],
  ['yaml.load(text, **given)', []],
])('of %s it says %j', async (line, rules) => {
  const found = await findingsIn(`import os\nimport yaml\n\n\nclass OnceLoader(yaml.SafeLoader):\n    pass\n\n\n${line}\n`)
  expect(found.filter((each) => each.line === 9 && /^S\d/.test(each.rule)).map(verdict)).toEqual(rules)
})

test.each([
  ['def work_out(sum): return eval(sum)', 'S307'],
  ['def work_out(sum): return eval(sum)  # the total of the order', 'S307'],
  ['work_out = lambda sum: eval(sum)', 'S307'],
  ['rows = eval(open("rows.txt").read())', 'S307'],
  ['answer = eval(input("? "))', 'S307'],
  ['limit = eval(os.environ["LIMIT"])', 'S307'],
  ['def work_out(sum):\n    sum = load_sums(sum)\n    return eval(sum)', 'S307 advice'],
  ['def work_out(sum):\n    if re.match("^[0-9 +]*$", sum):\n        return eval(sum)', 'S307 advice'],
  ['def work_out(sum): return eval(sum, {"pi": 3})', 'S307 advice'],
  ['def work_out(kind, value): return eval("%s(%r)" % (kind, value))', 'S307 advice'],
  ['class Sums:\n    def work_out(self): return eval(self.sum)', 'S307 advice'],
  ['def work_out(count):\n    names = ["first", "second"]\n    return [eval(name) for name in names]', 'S307 advice'],
])('of a text evaluated as it came it is certain: %s', async (text, rule) => {
  const found = await findingsIn(`import os\nfrom sums import load_sums\n\n\n${text}\n`)
  expect(found.map(verdict).filter((each) => each.startsWith('S307'))).toEqual([rule])
})

test('an old cipher, which a format prescribes, is advice, and a key that is too short is not', async () => {
  const found = await findingsIn('from Crypto.Cipher import ARC4\nfrom Crypto.PublicKey import RSA\n\n\ndef open_sealed(key, sealed):\n    return ARC4.new(key).decrypt(sealed)\n\n\nown = RSA.generate(1024)\n')
  expect(found.filter(({ rule }) => rule === 'weak-cipher').map(({ line, advice }) => [line, advice])).toEqual([[6, true], [9, undefined]])
})

test('a request that is written back is a page, or of a type that was told before', async () => {
  const found = await findingsIn('from http.server import BaseHTTPRequestHandler\n\n\nclass Door(BaseHTTPRequestHandler):\n    def do_GET(self):\n        self.wfile.write(f"<h1>{self.path}</h1>".encode())\n')
  expect(found.filter(({ rule }) => rule === 'cross-site-scripting').map((each) => each.advice)).toEqual([true])
})

test.each([
  ['/files/<path:name>', undefined],
  ['/files/<name>', true],
])('a file that %s names may lie in another folder where the name may hold a slash', async (route, advice) => {
  const found = await findingsIn(`from flask import Flask, send_file\n\napp = Flask(__name__)\n\n\n@app.get("${route}")\ndef show(name):\n    return send_file("/srv/" + name)\n`)
  expect(found.filter(({ rule }) => rule === 'path-traversal').map((each) => each.advice)).toEqual([advice])
})

test.each([
  ['if not is_in_folder(path):', true],
  ['if not shop.may_show(request.user, path):', true],
  ['if is_hidden(path):', true],
  ['if not os.path.exists(path):', undefined],
  ['if not path.endswith(".txt"):', undefined],
  ['if len(path) > 80:', undefined],
])('of a path, behind "%s", a function of which nothing is known may have looked', async (test, advice) => {
  const found = await findingsIn(`import json\nimport os.path\nfrom django.http import HttpResponse\nfrom shop.files import is_hidden, is_in_folder, shop\n\n\ndef show(request):\n    data = json.loads(request.body)\n    path = os.path.join(data["folder"], data["name"])\n    ${test}\n        return HttpResponse(status=404)\n    with open(path) as file:\n        return HttpResponse(file.read(), content_type="text/plain")\n`)
  expect(found.filter(({ rule }) => rule === 'path-traversal').map((each) => each.advice)).toEqual([advice])
})

test.each([
  ['request.headers["Authorization"]', undefined],
  ['client.post("/token", request.args["code"]).json()["id_token"]', true],
])('a token read without verifying it blocks if the request itself holds it: %s', async (token, advice) => {
  const found = await findingsIn(`import jwt\nfrom flask import request\nfrom shop.login import client\n\n\ndef sender():\n    token = ${token}\n    return jwt.decode(token, options={"verify_signature": False})["sub"]\n`)
  expect(found.filter(({ rule }) => rule === 'unverified-token').map((each) => each.advice)).toEqual([advice])
})

test('what a client is asked to add with a random password does not make its answers random', async () => {
  const found = await findingsIn('import random\n\n\ndef enrol(client, name, letters):\n    client.add(name, random.choice(letters))\n    password = client.entries[0]\n    return password\n')
  expect(found.filter(({ rule }) => rule === 'insecure-randomness')).toEqual([])
})

test.each([
  ['what came with a request', 'request.GET["to"]', undefined],
  ['what a wrapper of a request is asked for', 'wrap(request).part("to")', true],
  ['where the browser says it came from', 'request.META.get("HTTP_REFERER")', null],
  ['a path of this host', '"/" + request.GET["to"].lstrip("/")', null],
  ['what the program hung at a request', 'request.fair.urls.base', true],
  ['what a helper made of a request', 'next_page(request)', true],
  ['what a helper answers to a request', 'next_page(request).get("to")', true],
])('a redirect to %s', async (_, to, advice) => {
  const found = await findingsIn(`from django.http import HttpResponseRedirect\nfrom shop.pages import next_page, wrap\n\n\ndef go(request):\n    return HttpResponseRedirect(${to})\n`)
  expect(found.filter(({ rule }) => rule === 'open-redirect').map((each) => each.advice)).toEqual(advice === null ? [] : [advice])
})

test('a nonce may be of anything, a password is a secret', async () => {
  const found = await findingsIn('import random\n\n\ndef draw():\n    nonce = str(random.random())\n    password = str(random.random())\n    return nonce, password\n')
  expect(found.filter(({ rule }) => rule === 'insecure-randomness').map(({ line, advice }) => [line, advice])).toEqual([[5, true], [6, undefined]])
})

test.each([
  ['random.randrange(sys.maxsize)', true],
  ['"".join(random.choices(letters, k=20))', undefined],
  ['"".join(random.choice(letters) for _ in range(20))', undefined],
  ['str(random.random())', undefined],
])('a token that is %s keeps others out, or marks a place', async (drawn, advice) => {
  const found = await findingsIn(`import random\nimport sys\n\n\ndef mark(letters):\n    token = ${drawn}\n    return token\n`)
  expect(found.filter(({ rule }) => rule === 'insecure-randomness').map((each) => each.advice)).toEqual([advice])
})

test.each([
  ['request.args["query"]', true],
  ['"SELECT * FROM shops WHERE name = " + request.args["name"]', undefined],
])('of %s as a statement a console is made to run it, or it is put into one', async (statement, advice) => {
  const found = await findingsIn(`from flask import Flask, request\n\nfrom shops import connection\n\napp = Flask(__name__)\n\n\n@app.get("/shops")\ndef shops():\n    return list(connection.execute(${statement}))\n`)
  expect(found.filter(({ rule }) => rule === 'sql-injection').map((each) => each.advice)).toEqual([advice])
})

test.each([
  ['requests.get("https://api.example.com/shops", verify=False)', undefined],
  ['requests.get(f"https://api.example.com/{shop}", verify=False)', undefined],
  ['requests.get("https://127.0.0.1/shops", verify=False)', true],
  ['requests.get(shop, verify=False)', true],
  ['ssl._create_unverified_context()', true],
])('certificates that %s does not check are those of a host that everybody reaches, or may be of one that has none', async (call, advice) => {
  const found = await findingsIn(`import requests\nimport ssl\n\n\ndef look(shop):\n    return ${call}\n`)
  expect(found.filter(({ rule }) => rule === 'disabled-tls-verification').map((each) => each.advice)).toEqual([advice])
})

const names = ['title', 'author', 'issue', 'status', 'priority'].map((each) => `${each} = Class(db, "${each}", name=String())\n`).join('')

test.each([
  ['Python 2', 'import sys\n\nprint "no"\nsys.exit 1\n', ['invalid-syntax advice']],
  ['what cannot be read', 'def go(:\n    pass\n', ['invalid-syntax']],
  ['a breakpoint on request', 'import pdb\nfrom net import on_error\n\n\ndef stop():\n    if on_error == "pdb":\n        pdb.set_trace()\n', ['T100 advice']],
  ['a breakpoint that a signal asks for', 'def on_signal(number, frame):\n    import pdb\n\n    pdb.set_trace()\n', ['T100 advice']],
  ['a name in a loop of a module', 'for each in 1, 2:\n    migrate(each)\n', ['F821 advice']],
  ['a name that may be given', 'def make():\n    User.create()\n', ['F821 advice']],
  ['an error caught that exists nowhere', 'def stop():\n    try:\n        go = 1\n    except (ValueError, NotRunning):\n        raise\n', ['F821']],
  ['a long number of Python 2', 'mask = 0xFFL\n', ['invalid-syntax advice']],
  ['an octal number of Python 2', 'mode = 0600\n', ['invalid-syntax advice']],
  ['Python before 3.7', 'def fetch(url, async=True):\n    return url\n', ['invalid-syntax advice']],
  ['a type in quotes', 'def read(by: "Reader"):\n    return by\n', ['F821 advice']],
  ['a failure that a return swallows', 'from net import go\n\n\ndef read():\n    try:\n        go()\n    finally:\n        return 1\n', ['B012']],
  ['a return that says on its line what it swallows', 'from net import go\n\n\ndef read():\n    try:\n        go()\n    finally:\n        return 1  # the interrupt goes on by itself\n', ['B012 advice']],
  ['a call of what is no module', 'exec(made, globals())\n\n\ndef draw():\n    pd()\n', ['F821 advice']],
  ['a member of a module', 'def draw():\n    pd.concat()\n', ['F821']],
  ['the folders of a package', '__path__ = __import__("pkgutil").extend_path(__path__, __name__)\n', []],
  ['a test of breakpoints', 'import sys\n\n\ndef test_hook(hook):\n    sys.breakpointhook = hook\n    breakpoint()\n', ['T100 advice']],
  ['a breakpoint of which somebody says so', 'def read():\n    breakpoint()  # look at the page here\n', ['T100']],
  ['an import by a text', 'from net import lazy_import\n\nlazy_import(globals(), """\nimport math\n""")\n\n\ndef up(size):\n    return math.ceil(size)\n', ['F821 advice']],
  ['a template whose names are given to it', names, ['F821 advice']],
  ['a translation that is installed', 'def fail():\n    raise ValueError(_("no"))\n', ['F821 advice']],
  ['Python 2 behind a condition', 'import sys\nif sys.version_info[0] == 2:\n    text = unicode\n', ['F821 advice']],
  ['a name that is deleted once the annotations stand', 'Reader = None\n\n\ndef open_it(by: Reader):\n    return by\n\n\ndel Reader\n', ['F821 advice']],
  ['a name put among those built in', 'import builtins\n\nbuiltins._in_setup = True\nif _in_setup:\n    go = 1\n', ['F821 advice']],
  ['what a profiler puts around it', '@profile\ndef work():\n    return 1\n', ['F821 advice']],
  ['a class of this module made by its name', 'import sys\n\nfor name in names:\n    setattr(sys.modules[__name__], name, type(name, (Exception,), {}))\n\n\ndef fail():\n    raise HTTPBadRequest("no")\n', ['F821 advice']],
  ['a class put among the globals by its name', 'for name in names:\n    globals()[name] = type(name, (Exception,), {})\n\n\ndef fail():\n    raise HTTPBadRequest("no")\n', ['F821 advice']],
  ['a name that is looked up among the globals', 'import sys\n\n\ndef find(name):\n    return globals()[name] or getattr(sys.modules[__name__], name)\n\n\ndef fail():\n    raise HTTPBadRequest("no")\n', ['F821']],
  ['a name that exists nowhere', 'def fail():\n    raise HTTPBadRequest("no")\n', ['F821']],
  ['a parameter that is misspelt', 'def fetch(url, retries=3):\n    return url if retires == 0 else None\n', ['F821']],
  ['a parameter with a letter too few', 'def size(\n    *, connection: str\n) -> int:\n    return len(conection)\n', ['F821']],
  ['a parameter misspelt where a name may be given', 'globals().update(names)\n\n\ndef size(connection):\n    return len(conection)\n', ['F821 advice']],
  ['one of several things', 'def first(options):\n    return option\n', ['F821 advice']],
  ['a name of Python 2 beside a parameter', 'def text(unicode_):\n    return unicode(unicode_)\n', ['F821 advice']],
  ['an import that was forgotten', 'def split(path):\n    return path.split(os.sep)\n', ['F821']],
  ['a setting that is run with names', 'pattern = re.compile("a")\n', ['F821 advice']],
  ['a debugger taken in to be built upon', 'import pdb\n\n\nclass Debugger(pdb.Pdb):\n    pass\n', ['T100 advice']],
  ['a breakpoint', 'import pdb\n\npdb.set_trace()\n', ['T100 advice', 'T100']],
  ['a debugger offered', 'import debugpy\n\ndebugpy.listen(1)\n', ['T100 advice']],
  ['a template of a file', 'from {{ name }} import version\n', ['invalid-syntax advice']],
])('%s is told from what it looks like', async (_, text, rules) => {
  const told = /^(?:B012|F821|E722|S110|swallowed-exception|T100|invalid-syntax)\b/
  const found = (await findingsIn(text)).map(verdict).filter((each) => told.test(each))
  expect([...new Set(found)]).toEqual(rules)
})

test.each([
  ['log.info("no page: ", page)', ['PLE1205']],
  ['log.info("no page: {}", page)', ['PLE1205 advice']],
  ['log.info(\n    "no page: "\n    "{}", page)', ['PLE1205 advice']],
  ['self.log.info("no page: ", page)', ['PLE1205 advice']],
])('of %s it is certain where it sees the whole format, and whose logger it is', async (call, rules) => {
  const found = await findingsIn(`import logging\n\nlog = logging.getLogger()\npage = 1\n${call}\n`)
  expect(found.map(verdict).filter((each) => each.startsWith('PLE'))).toEqual(rules)
})

test.each([
  ['page = "%j" % 1', ['PLE1300']],
  ['page = "{:j}".format(open("x"))', ['PLE1300 advice']],
  ['with self.assertRaises(ValueError):\n    "%j" % 1', ['PLE1300 advice']],
  ['page = "%j" % 1  # as the old pages had it', ['PLE1300 advice']],
  ['page = "%j" % 1  # noqa: X100', ['PLE1300']],
])('of a format that no value has, %j, it is certain where nobody means it', async (line, rules) => {
  expect((await findingsIn(`${line}\n`)).map(verdict).filter((each) => each.startsWith('PLE1300'))).toEqual(rules)
})

test.each([
  ['logger without the library', 'log.info("no page: {}", page)'],
  ['name that is read after the loop', 'for size, unit in units:\n    if size > page:\n        break\nprint(unit)'],
  ['attribute that may compute', 'reply.content'],
  ['name that is tried', 'try:\n    get_ipython\nexcept NameError:\n    page = 1'],
  ['list of what other modules show', '__all__ = (\n    *pages.__all__,\n)'],
])('nothing is said of a %s', async (_, text) => {
  expect((await findingsIn(`${text}\n`)).map(({ rule }) => rule).filter((rule) => rule !== 'F821')).toEqual([])
})

test('a name that only its loop gives, and a value that nobody takes, are told', async () => {
  expect((await findingsIn('for size, unit in units:\n    print(unit)\nsize == 2\n')).map(({ rule }) => rule).filter((rule) => rule !== 'F821')).toEqual(['B015'])
  expect((await findingsIn('for size, unit in units:\n    print(unit)\n3\n')).map(({ rule }) => rule).filter((rule) => rule !== 'F821')).toEqual(['B018', 'B007'])
})

test('a name made of an address has no folders', async () => {
  const opened = (name: string) => `def door(environ, start_response):\n    return open(${name})\n`
  const rules = async (name: string) => (await findingsIn(opened(name))).map(({ rule }) => rule).filter((rule) => rule === 'path-traversal')
  expect(await rules('environ["PATH_INFO"]')).toEqual(['path-traversal'])
  expect(await rules('environ["PATH_INFO"].replace("/", ".")')).toEqual([])
})

test.each([
  ['(a+)+$', undefined],
  ['::((?: +[^ ][^#]*#?)+)', true],
])('%j is slow for certain where one character shows it', async (pattern, advice) => {
  const found = await findingsIn(`import re\n\nwritten = re.compile(r"${pattern}")\n`)
  expect(found.filter(({ rule }) => rule === 'exponential-regex').map((each) => each.advice)).toEqual([advice])
})

test.each([
  ['app.secret_key = "k3yOfTheShop"', undefined],
  ['app.secret_key = "123456790"', true],
])('of %s it is a secret where it looks like one', async (line, advice) => {
  const found = await findingsIn(`from flask import Flask\n\napp = Flask(__name__)\n${line}\n`)
  expect(found.filter(({ rule }) => rule === 'hard-coded-credentials').map((each) => each.advice)).toEqual([advice])
})

test.each([
  ['assert True', ['assertion-cannot-fail']],
  ['try:\n        shop.close()\n        assert False\n    except KeyError:\n        assert True', ['assertion-cannot-fail advice']],
  ['assert shop\n    assert "open", shop.signs()', ['assertion-cannot-fail']],
  ['try:\n        assert shop.open()\n    except AssertionError:\n        pass', ['hidden-test-failure']],
  ['for shop in shops:\n        try:\n            assert shop.open()\n            break\n        except AssertionError:\n            pass', ['hidden-test-failure advice']],
  ['@pytest.mark.skip\n    def made():\n        return shop', ['disabled-test advice']],
  ['class Shown(TestCase):\n        def test_made(self):\n            self.skipTest("no")', ['disabled-test advice']],
  ['pass\n\n\nclass TestShop(TestCase):\n    class Shown(TestCase):\n        @unittest.expectedFailure\n        def test_made(self):\n            shop.fail()', ['disabled-test advice']],
  ['pass\n\n\nclass TestShop(TestCase):\n    @unittest.expectedFailure\n    def test_made(self):\n        shop.fail()', ['disabled-test']],
  ['pass\n\n\n# FIXME: the till has no sign\n@pytest.mark.skip\ndef test_sign():\n    assert shop.sign', []],
  ['pass\n\n\n# FIXME\n@pytest.mark.skip\ndef test_sign():\n    assert shop.sign', ['disabled-test']],
])('of a test that holds %j it is certain where nothing around it decides', async (body, rules) => {
  const found = await findingsIn(`import pytest\nfrom shops import shop, shops\n\n\ndef test_shop():\n    ${body}\n`)
  expect(found.map(verdict).filter((each) => /^(?:assertion-cannot-fail|hidden-test-failure|disabled-test)\b/.test(each))).toEqual(rules)
})

test('an assertion in a file that takes in nothing to test is a sample', async () => {
  const found = await findingsIn('import unittest\n\n\nclass SumTest(unittest.TestCase):\n    def test_sum(self):\n        self.assertTrue("sum")\n')
  expect(found.filter(({ rule }) => rule === 'assertion-cannot-fail').map(({ advice }) => advice)).toEqual([true])
})

test.each([
  ['NotImplementedError("the way back is not implemented yet")', ['unfinished-implementation']],
  ['ShopError("the way back is not implemented yet")', ['unfinished-implementation advice']],
])('what only raises %s is a stub, or refuses', async (error, rules) => {
  const found = await findingsIn(`from shops import ShopError\n\n\ndef go_back():\n    raise ${error}\n`)
  expect(found.map(verdict).filter((each) => each.startsWith('unfinished'))).toEqual(rules)
})

test('blank lines without end take no time', async () => {
  const found = await findingsIn(`import logging\n\nlogger.info("a %s", one, two)\n${'\n'.repeat(300_000)}x = 1\n`)
  expect(found.map(verdict)).toContain('PLE1205 advice')
})

test.each([
  ['token = random.choice(letters)', 'insecure-randomness', 'secrets.token_urlsafe'],
  ['for name in names:\n        rows = cursor.execute("SELECT id FROM people WHERE name = ?", (name,))', 'query-in-loop', 'select_related()'],
])('what is found in %j is mended in the words of Python', async (body, wanted, remedy) => {
  const found = await findingsIn(`import random\n\n\ndef make(letters, names, cursor):\n    ${body}\n`)
  expect(found.find(({ rule }) => rule === wanted)?.fix).toContain(remedy)
})

test.each([
  ['import asyncio\nimport time', 'ASYNC251'],
  ['import time\nfrom fastapi import FastAPI', 'ASYNC251'],
  ['import time', 'ASYNC251 advice'],
])('a sleep that stands in a coroutine is known to hold up the loop where the file names one: %j', async (imports, said) => {
  const found = await findingsIn(`${imports}\n\n\nasync def wait():\n    time.sleep(1)\n`)
  expect(found.map(verdict)).toContain(said)
})

test('a method of an abstract class that says why it is empty is meant', async () => {
  const found = await findingsIn(`import abc\n\n\nclass Sink(abc.ABC):\n    @abc.abstractmethod\n    def write(self, text):\n        """Writes."""\n\n    def close(self):\n        """Sinks that hold nothing open have nothing to close."""\n\n    def flush(self):\n        pass\n`)
  expect(found.map(({ rule, line }) => `${rule}:${line}`)).toEqual(['B027:12'])
})

test.each(['text', 'db.text'])('a text of SQL is one finding, where %s is made of it, and not a second one where that is run', async (text) => {
  const found = await findingsIn(`from flask import Flask, request\nfrom sqlalchemy import text\nfrom .models import db\n\napp = Flask(__name__)\n\n\n@app.get("/")\ndef find():\n    db.session.execute(${text}(f"select {request.args['q']}"))\n`)
  expect(found.filter(({ rule }) => rule === 'sql-injection').map(({ message }) => message)).toEqual([`user input from request.args['q'] reaches ${text}`])
})
