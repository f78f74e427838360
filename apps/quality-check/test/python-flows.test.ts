import { expect, test } from 'vitest'
import { rules } from '../gen/rules.ts'
import { checkPythonRules } from '../src/engines/python.ts'

const securityRules = Object.fromEntries(rules.filter(({ category }) => category === 'security').map(({ id }) => [id, true]))

/** Ways in which a small web program reads what its user sent, into `param`. */
const sources: Readonly<Record<string, string>> = {
  'an argument': `param = request.args.get("name", "")`,
  'a form field': `param = request.form["name"]`,
  'all values of a field': `values = request.form.getlist("name")\n    param = ""\n    if values:\n        param = values[0]`,
  'a header': `param = request.headers.get("X-Name")`,
  'a cookie, decoded': `param = urllib.parse.unquote_plus(request.cookies.get("name", "none"))`,
  'the query string': `text = request.query_string.decode("utf-8")\n    at = text.find("name=")\n    param = text[at + 5:]\n    if "&" in param:\n        param = param[:param.index("&")]`,
  'a field of JSON': `param = request.get_json()["user"]["name"]`,
  'any name that was sent': `param = ""\n    for name in request.form.keys():\n        if request.form[name] == "x":\n            param = name\n            break`,
  'a wrapper of the request': `import helpers.requests\n    wrapped = helpers.requests.Wrapper(request)\n    param = wrapped.form_value("name")`,
  'the path': `parts = request.path.split("/")\n    param = parts[1]`,
}

/** Ways from `param` to `bar` on which it arrives. */
const passing: Readonly<Record<string, string>> = {
  directly: `bar = param`,
  'in an f-string': `bar = f"{param}_x"`,
  'through a record': `box = {}\n    box["a"] = "fixed"\n    box["b"] = param\n    bar = box["b"]`,
  'through a record made at once': `box = {"a": "fixed", "b": param}\n    bar = box.get("b")`,
  'through a list': `items = []\n    items.append("safe")\n    items.append(param)\n    items.append("more")\n    items.pop(0)\n    bar = items[0]`,
  'through a configuration': `conf = configparser.ConfigParser()\n    conf.add_section("part")\n    conf.set("part", "one", "fixed")\n    conf.set("part", "two", param)\n    bar = conf.get("part", "two")`,
  'in the branch that is taken': `num = 106\n    bar = param if (7 * 18) + num > 200 else "never"`,
  'past a branch that is not taken': `num = 86\n    bar = param\n    if num * 2 > 500:\n        bar = "never"`,
  'by base64 and back': `raw = base64.b64encode(param.encode("utf-8"))\n    bar = base64.b64decode(raw).decode("utf-8")`,
  'through text methods': `bar = param.strip().replace("a", "b").upper().lower()`,
  'through a helper of the file': `bar = identity(param)`,
  'through an object': `holder = Holder(param)\n    bar = holder.read()`,
  'in the case that matches': `guess = "ABC"[1]\n    match guess:\n        case "A":\n            bar = "bob"\n        case "B":\n            bar = param\n        case _:\n            bar = "charlie"`,
  'where a user decides the branch': `bar = ""\n    if len(param) > 3:\n        bar = param[1:]`,
  'in a loop': `bar = ""\n    for letter in param:\n        bar += letter`,
  'through a comprehension': `bar = " ".join([part for part in param.split(" ") if part])`,
  'by parts': `first, _, rest = param.partition("-")\n    bar = rest`,
  'with a default': `bar = param or "none"`,
  'through a try': `try:\n        bar = param.encode("ascii").decode("utf-8")\n    except UnicodeError:\n        bar = param`,
  'by format': `bar = "{0}{name}".format("x", name=param)`,
  'by printf': `bar = "%s-%d" % (param, 3)`,
  'through a walrus': `if (found := param.lower()):\n        bar = found\n    else:\n        bar = "x"`,
  'through JSON': `bar = json.loads(json.dumps({"v": param}))["v"]`,
  'through a text buffer': `buffer = io.StringIO()\n    buffer.write(param)\n    bar = buffer.getvalue()`,
  'through a queue of pairs': `pairs = [("a", "x"), ("b", param)]\n    bar = dict(pairs)["b"]`,
  'unpacked': `low, bar = ("fixed", param)`,
  'through a lambda': `same = lambda value: value + "!"\n    bar = same(param)`,
  'by a while': `rest = param\n    bar = ""\n    while rest:\n        bar = bar + rest[0]\n        rest = rest[1:]`,
}

/** Ways on which something else arrives in its place. */
const stopping: Readonly<Record<string, string>> = {
  'a constant': `bar = "fixed"`,
  'the other key of a record': `box = {}\n    box["a"] = "fixed"\n    box["b"] = param\n    bar = box["a"]`,
  'the other key, read by get': `box = {"a": "fixed", "b": param}\n    bar = box.get("a")`,
  'a key that was overwritten': `box = {"b": param}\n    box["b"] = "fixed"\n    bar = box["b"]`,
  'another element of a list': `items = []\n    items.append("safe")\n    items.append(param)\n    items.append("more")\n    items.pop(0)\n    bar = items[1]`,
  'the other option of a configuration': `conf = configparser.ConfigParser()\n    conf.add_section("part")\n    conf.set("part", "one", "fixed")\n    conf.set("part", "two", param)\n    bar = conf.get("part", "one")`,
  'the branch that is not taken': `num = 106\n    bar = "always" if (7 * 18) + num > 200 else param`,
  'past the branch that is taken': `num = 106\n    bar = param\n    if num * 2 > 200:\n        bar = "always"`,
  'the case that does not match': `guess = "ABC"[1]\n    match guess:\n        case "A":\n            bar = param\n        case "B":\n            bar = "bob"\n        case _:\n            bar = param`,
  'a number': `bar = str(int(param))`,
  'a length': `bar = str(len(param))`,
  'a value of a fixed table': `table = {"a": "alpha", "b": "beta"}\n    bar = table.get(param, "none")`,
  'one of an allowed list': `if param not in ("alpha", "beta"):\n        return "no"\n    bar = param`,
  'letters and digits only': `if not param.isalnum():\n        return "no"\n    bar = param`,
  'what a pattern lets through': `if not re.fullmatch(r"[a-z0-9]+", param):\n        return "no"\n    bar = param`,
  'what a helper throws away': `bar = forget(param)`,
  'the other field of an object': `holder = Holder(param)\n    bar = holder.label`,
  'a deleted value': `bar = param\n    bar = "fixed"\n    del param`,
  'a comparison': `bar = "yes" if param == "x" else "no"`,
  'a UUID': `bar = str(uuid.UUID(param))`,
  'the other of a pair': `bar, low = ("fixed", param)`,
  'an early end': `if not param.isdigit():\n        abort(400)\n    bar = param`,
}

/** Places where `bar` does harm, and the rule that says so. */
const sinks: Readonly<Record<string, readonly [rule: string, code: string]>> = {
  'a query': ['sql-injection', `connection = sqlite3.connect("data.db")\n    cursor = connection.cursor()\n    cursor.execute(f"SELECT * FROM users WHERE name = '{bar}'")`],
  'a query by a helper': ['sql-injection', `import helpers.database\n    cursor = helpers.database.connection().cursor()\n    sql = "SELECT name FROM users WHERE name = '" + bar + "'"\n    cursor.execute(sql)`],
  'an ORM text': ['sql-injection', `db.session.execute(text("DELETE FROM users WHERE name = '%s'" % bar))`],
  'a shell': ['command-injection', `os.system("ls " + bar)`],
  'a subprocess with a shell': ['command-injection', `command = f"echo {bar}"\n    subprocess.run(command, shell=True, capture_output=True)`],
  'sh -c': ['command-injection', `subprocess.Popen(["sh", "-c", "echo " + bar], stdout=subprocess.PIPE)`],
  eval: ['code-injection', `eval(bar)`],
  exec: ['code-injection', `exec(f"value = '{bar}'")`],
  'a file': ['path-traversal', `with open(f"{FILES}/{bar}", "rb") as file:\n        file.read()`],
  'a path': ['path-traversal', `target = pathlib.Path(FILES) / bar\n    target.read_text()`],
  'a joined path': ['path-traversal', `name = os.path.join(FILES, bar)\n    os.remove(name)`],
  'a page': ['cross-site-scripting', `return f"<p>Hello {bar}</p>"`],
  'a page in pieces': ['cross-site-scripting', `page = "<html>"\n    page += "<p>" + bar + "</p>"\n    page += "</html>"\n    return page`],
  'a response': ['cross-site-scripting', `return make_response("<b>" + bar + "</b>")`],
  'a document': ['xml-external-entity', `parser = xml.sax.make_parser()\n    parser.setFeature(xml.sax.handler.feature_external_ges, True)\n    xml.dom.minidom.parseString(bar, parser)`],
  'a document of lxml': ['xml-external-entity', `parser = lxml.etree.XMLParser(resolve_entities=True)\n    lxml.etree.fromstring(bar, parser)`],
  'a directory': ['ldap-injection', `connection = ldap3.Connection(SERVER)\n    connection.search("ou=people", f"(&(objectclass=person)(uid={bar}))", attributes=["cn"])`],
  'an XPath': ['xpath-injection', `tree = lxml.etree.parse("employees.xml")\n    tree.xpath("/Employees/Employee[@id='" + bar + "']")`],
  pickle: ['unsafe-deserialization', `pickle.loads(base64.urlsafe_b64decode(bar))`],
  yaml: ['unsafe-deserialization', `yaml.load(bar, Loader=yaml.Loader)`],
  'a redirect': ['open-redirect', `return redirect(bar)`],
  'the session': ['trust-boundary-violation', `session[bar] = "10340"`],
  'a value of the session': ['trust-boundary-violation', `session["user"] = bar`],
  'another server': ['ssrf', `requests.get(bar)`],
  'a template': ['template-injection', `return render_template_string("<p>" + bar + "</p>")`],
}

const modules = 'base64 configparser hashlib io json lxml.etree ldap3 os pathlib pickle random re requests secrets sqlite3 subprocess urllib.parse uuid xml.dom.minidom xml.sax yaml'

const program = (...lines: readonly string[]): string => `${modules
  .split(' ')
  .map((name) => `import ${name}\n`)
  .join('')}from flask import Flask, abort, make_response, redirect, render_template_string, request, session
from sqlalchemy import text
from .models import db

app = Flask(__name__)
FILES = "/srv/files"
SERVER = "ldap.example.org"


def identity(value):
    result = value
    return result


def forget(value):
    if value:
        pass
    return "fixed"


class Holder:
    def __init__(self, value):
        self.value = value
        self.label = "label"

    def read(self):
        return self.value


@app.route("/run", methods=["GET", "POST"])
def run():
    ${lines.join('\n    ')}
    return "done"
`

/** The rules that would block. */
function blocking(text: string): string[] {
  const found = checkPythonRules({ text, extension: '.py', bareName: '', fileClass: 'source', language: 'python' })
  return [...new Set(found.filter(({ advice, flow }) => advice !== true && flow !== undefined).map(({ rule }) => rule))]
}

const [argument = ''] = Object.values(sources)
const [[, query] = ['', '']] = Object.values(sinks)
const one = (table: Readonly<Record<string, string>>) => Object.entries(table).map(([name, code]) => ({ name, code }))

test.each(one(sources))('data comes in as $name', ({ code }) => {
  expect(blocking(program(code, passing.directly ?? '', query))).toEqual(['sql-injection'])
})

test.each(one(passing))('data arrives $name', ({ code }) => {
  expect(blocking(program(argument, code, query))).toEqual(['sql-injection'])
})

test.each(one(stopping))('data does not arrive where $name does', ({ code }) => {
  expect(blocking(program(argument, code, query))).toEqual([])
})

test.each(Object.entries(sinks).map(([name, [rule, code]]) => ({ name, rule, code })))('data does harm in $name', ({ rule, code }) => {
  expect(blocking(program(argument, 'bar = param', code))).toEqual([rule])
  expect(blocking(program(argument, 'bar = "fixed"', code))).toEqual([])
})

/** What looks like the above and is not: parameters that are bound, values that are encoded, objects that are safe. */
const harmless: Readonly<Record<string, string>> = {
  'a bound parameter': `cursor = sqlite3.connect("data.db").cursor()\n    cursor.execute("SELECT * FROM users WHERE name = ?", (bar,))`,
  'a bound name': `db.session.execute(text("SELECT * FROM users WHERE name = :name"), {"name": bar})`,
  'bound in a text': `db.session.execute(text("SELECT * FROM users WHERE name = :name").bindparams(name=bar))`,
  'an ORM': `db.session.query(db.User).filter_by(name=bar).first()`,
  'an ORM statement': `from sqlalchemy import select\n    db.session.execute(select(db.User).where(db.User.name.like(bar)))`,
  'many rows': `cursor = sqlite3.connect("data.db").cursor()\n    cursor.executemany("INSERT INTO names VALUES (?)", [(bar,)])`,
  'a column of a fixed list': `column = {"a": "first", "b": "last"}.get(bar, "first")\n    sqlite3.connect("d").execute("SELECT * FROM users ORDER BY " + column)`,
  'a list without a shell': `subprocess.run(["ls", "-l", bar], check=True)`,
  'a quoted argument': `subprocess.run(f"ls {shlex.quote(bar)}", shell=True)`,
  'a literal': `ast.literal_eval(bar)`,
  'a base name': `with open(os.path.join(FILES, os.path.basename(bar)), "rb") as file:\n        file.read()`,
  'a secure name': `name = secure_filename(bar)\n    open(os.path.join(FILES, name)).read()`,
  'a resolved path': `full = os.path.realpath(os.path.join(FILES, bar))\n    if not full.startswith(FILES + "/"):\n        abort(403)\n    open(full).read()`,
  'a path inside': `full = (pathlib.Path(FILES) / bar).resolve()\n    if not full.is_relative_to(FILES):\n        return "no"\n    full.read_text()`,
  'a common path': `full = os.path.abspath(os.path.join(FILES, bar))\n    if os.path.commonpath([FILES, full]) != FILES:\n        return "no"\n    open(full)`,
  'without dots': `if ".." in bar or bar.startswith("/"):\n        return "no"\n    open(os.path.join(FILES, bar))`,
  'from a folder': `return send_from_directory(FILES, bar)`,
  'an escaped page': `return "<p>" + html.escape(bar) + "</p>"`,
  'escaped by markupsafe': `return f"<p>{escape(bar)}</p>"`,
  'a template with a value': `return render_template("page.html", name=bar)`,
  'a template string with a value': `return render_template_string("<p>{{ name }}</p>", name=bar)`,
  JSON: `return jsonify(name=bar)`,
  'a record': `return {"name": bar}`,
  'plain text': `return Response(bar, mimetype="text/plain")`,
  'a safe parser': `parser = lxml.etree.XMLParser(resolve_entities=False, no_network=True)\n    lxml.etree.fromstring(bar, parser)`,
  'defused XML': `import defusedxml.ElementTree\n    defusedxml.ElementTree.fromstring(bar)`,
  'a feature that is off': `parser = xml.sax.make_parser()\n    parser.setFeature(xml.sax.handler.feature_external_ges, False)\n    xml.dom.minidom.parseString(bar, parser)`,
  'an escaped filter': `ldap3.Connection(SERVER).search("ou=people", "(uid=" + escape_filter_chars(bar) + ")")`,
  'an XPath variable': `lxml.etree.parse("e.xml").xpath("/Employees/Employee[@id=$id]", id=bar)`,
  'safe YAML': `yaml.safe_load(bar)`,
  'a safe loader': `yaml.load(bar, Loader=yaml.SafeLoader)`,
  'JSON data': `json.loads(bar)`,
  'a fixed target': `return redirect(url_for("run", name=bar))`,
  'a local target': `return redirect("/profile/" + bar)`,
  'an allowed host': `if urllib.parse.urlparse(bar).netloc not in ("example.org",):\n        return "no"\n    return redirect(bar)`,
  'a fixed host': `requests.get("https://api.example.org/users/" + bar)`,
  'an allowed server': `host = urllib.parse.urlparse(bar).hostname\n    if host not in ("api.example.org", "www.example.org"):\n        abort(400)\n    requests.get(bar)`,
  'a number in the session': `session["count"] = int(bar)`,
  'a good hash': `hashlib.sha256(bar.encode()).hexdigest()`,
  'a hash for no security': `hashlib.md5(bar.encode(), usedforsecurity=False).hexdigest()`,
  'a hash by name': `hashlib.new("sha512", bar.encode()).hexdigest()`,
  'a random token': `session_token = secrets.token_urlsafe(32)\n    session["token"] = session_token`,
  'a random number of the system': `token = random.SystemRandom().randint(0, 10)\n    session["token"] = str(token)`,
  'random delays': `time.sleep(random.random())`,
  'a protected cookie': `response = make_response("ok")\n    response.set_cookie("session", "x", secure=True, httponly=True, samesite="Lax")\n    return response`,
}

test.each(one(harmless))('says nothing of $name', ({ code }) => {
  const found = checkPythonRules({ text: `import ast, html, shlex, time\nfrom flask import Response, escape, jsonify, render_template, send_from_directory, url_for\nfrom ldap3.utils.conv import escape_filter_chars\nfrom werkzeug.utils import secure_filename\n${program(argument, 'bar = param', code)}`, extension: '.py', bareName: '', fileClass: 'source', language: 'python' })
  expect(found.filter(({ advice, clears, rule }) => advice !== true && clears !== true && rule in securityRules).map(({ rule }) => rule)).toEqual([])
})

/** Calls that are wrong whoever's data it is, or with predictable numbers. */
const wrong: Readonly<Record<string, readonly [rule: string, code: string]>> = {
  'an old hash that is kept of a password': ['weak-hash', `password = bar\n    password_hash = hashlib.md5(password.encode()).hexdigest()`],
  'a predictable token': ['insecure-randomness', `token = str(random.randint(0, 100000))\n    session["remember"] = token`],
  'a predictable cookie': ['insecure-randomness', `response = make_response("ok")\n    response.set_cookie("remember_me", str(random.random())[2:], secure=True, httponly=True)\n    return response`],
  'a predictable password': ['insecure-randomness', `password = "".join(random.choice("abc") for _ in range(12))`],
  'an open cookie': ['insecure-cookie', `response = make_response("ok")\n    response.set_cookie("theme", "x", secure=False, httponly=True)\n    return response`],
  'a bare session cookie': ['insecure-cookie', `response = make_response("ok")\n    response.set_cookie("session_id", "x")\n    return response`],
  'a request without verification': ['disabled-tls-verification', `requests.get("https://example.org", verify=False)`],
}

test.each(Object.entries(wrong).map(([name, [rule, code]]) => ({ name, rule, code })))('finds $name', ({ rule, code }) => {
  const found = checkPythonRules({ text: program(argument, 'bar = param', code), extension: '.py', bareName: '', fileClass: 'source', language: 'python' })
  expect([...new Set(found.filter(({ advice, clears, rule: id }) => advice !== true && clears !== true && id in securityRules).map(({ rule: id }) => id))]).toEqual([rule])
})

test.each([`hashlib.md5(bar.encode()).hexdigest()`, `digest = hashlib.sha1()\n    digest.update(bar.encode("utf-8"))`, `hashlib.new("md5", bar.encode())`])('says of an old hash of what was sent, as advice: %s', (code) => {
  const found = checkPythonRules({ text: program(argument, 'bar = param', code), extension: '.py', bareName: '', fileClass: 'source', language: 'python' })
  expect(found.filter(({ rule }) => rule === 'weak-hash').map(({ advice }) => advice)).toContain(true)
})
