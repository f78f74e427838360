import { expect, test } from 'vitest'
import { checkPythonRules } from '../src/engines/python.ts'

const definitions = `import os, re, functools, json, collections, dataclasses, contextlib, enum, string, copy, itertools, operator, asyncio, types
from flask import Flask, request, Blueprint, g
app = Flask(__name__)
STORE = {}
DEBUG = False
MODE = "safe"
ALLOWED = {"a", "b"}

class Base:
    kind = "base"
    def __init__(self, value, other="x"):
        self.value = value
        self.other = other
    @property
    def prop(self): return self.value
    @property
    def const(self): return "c"
    @staticmethod
    def make(v): return Base(v)
    @classmethod
    def build(cls, v): return cls(v)
    def __str__(self): return self.value
    def set(self, v):
        self.value = v
        return self
    def get(self): return self.value

class Child(Base):
    def __init__(self, value):
        super().__init__(value, "child")
        self.extra = value.upper()
    def get(self): return super().get() + "!"
    def both(self): return self.extra, self.other

@dataclasses.dataclass
class Data:
    name: str
    size: int = 0

class Color(enum.Enum):
    RED = "red"

Point = collections.namedtuple("Point", "x y")

def ident(v): return v
def const(v): return "const"
def choose(flag, a, b):
    if flag:
        return a
    return b
def kw(*, first, second="s"): return first
def kw2(*, first, second="s"): return second
def var(*args, **kwargs): return args[1] if len(args) > 1 else kwargs.get("k")
def gen(v):
    yield "x"
    yield v
def rec(v, n):
    if n == 0: return v
    return rec(v, n - 1)
def yes(): return True
def no(): return False
def deco(f):
    @functools.wraps(f)
    def inner(*args, **kwargs):
        return f(*args, **kwargs)
    return inner
@contextlib.contextmanager
def ctx(v):
    yield v
def raises(v):
    raise ValueError(v)
def clean(v):
    return re.sub(r"[^a-zA-Z0-9]", "", v)
def check(v):
    if v not in ALLOWED:
        raise ValueError("no")
    return v
def validate(v):
    if not re.match(r"^[a-z]+$", v):
        raise ValueError("no")
`

/** Whether a command that is built from `bar` is found, where `param` is what was sent. */
function isFound(body: string): boolean {
  const text = `${definitions}
@app.route("/x")
def x():
    param = request.args.get("p")
    ${body.replaceAll('\n', '\n    ')}
    os.system("ls " + bar)
    return "ok"
`
  return checkPythonRules({ text, extension: '.py', bareName: '', fileClass: 'source', language: 'python' }).some(({ rule, advice, clears }) => rule === 'command-injection' && advice !== true && clears !== true)
}

/** Each way leads from what was sent to the command. */
test.each([
  'bar = Base(param).prop',
  'bar = Base.make(param).get()',
  'bar = Base.build(param).value',
  'bar = str(Base(param))',
  'b = Base("x")\nb.set(param)\nbar = b.get()',
  'bar = Base("x").set(param).get()',
  'bar = Child(param).get()',
  'bar = Child(param).extra',
  'bar, _ = Child(param).both()',
  'bar = Data(param, 3).name',
  'bar = Data(name=param).name',
  'bar = Point(param, 1).x',
  'bar = choose(yes(), param, "x")',
  'bar = kw(first=param)',
  'bar = var("a", param)',
  'bar = var(k=param)',
  'args = ["a", param]\nbar = var(*args)',
  'd = {"first": param}\nbar = kw(**d)',
  'bar = list(gen(param))[1]',
  'bar = ""\nfor v in gen(param):\n    bar += v',
  'bar = rec(param, 3)',
  'with ctx(param) as bar:\n    pass',
  'f = functools.partial(ident, param)\nbar = f()',
  'bar = list(map(str.upper, [param]))[0]',
  'bar = list(filter(None, ["a", param]))[0]',
  'bar = functools.reduce(lambda a, b: a + b, [param, "x"])',
  'bar = sorted([param, "b"])[0]',
  'bar = ""\nfor i, v in enumerate([param]):\n    bar = v',
  'for a, b in zip(["x"], [param]):\n    bar = b',
  'bar = ""\nfor k, v in {"a": param}.items():\n    bar += k + v',
  'd = {k: v for k, v in [("a", param)]}\nbar = d["a"]',
  'd = {}\nd.setdefault("a", param)\nbar = d["a"]',
  'd = {}\nd.update(a=param)\nbar = d["a"]',
  'd = {}\nd.update({"a": param})\nbar = d["a"]',
  'd = {**{"a": param}, "b": 1}\nbar = d["a"]',
  'd = {"b": 1} | {"a": param}\nbar = d["a"]',
  'STORE["v"] = param\nbar = STORE["v"]',
  'g.value = param\nbar = g.value',
  'bar = string.Template("$a").substitute(a=param)',
  'bar = copy.copy([param])[0]',
  'q = collections.deque()\nq.append(param)\nbar = q.popleft()',
  'bar = list(itertools.chain(["a"], [param]))[1]',
  'n = types.SimpleNamespace(v=param)\nbar = n.v',
  'bar = getattr(Base(param), "value")',
  'def inner():\n    return param\nbar = inner()',
  'bar = "x"\ndef inner():\n    nonlocal bar\n    bar = param\ninner()',
  'bar = "x"\ntry:\n    pass\nfinally:\n    bar = param',
  'while True:\n    bar = param\n    break',
  'for i in range(3):\n    pass\nelse:\n    bar = param',
  'bar = "a" if False else "b" if no() else param',
  'bar = param and param.strip() or "x"',
  'bar = ("ab" + param)[2:]',
  'bar = param[::-1]',
  'bar = param * 2',
  'bar = "".join(["a"] + [param])',
  's = {param}\nbar = s.pop()',
  'bar = "{a}".format_map({"a": param})',
  'bar = "{0[0]}".format([param])',
  'bar = param.encode().decode()',
  'bar = json.loads(request.data)["x"]',
  'if param in ALLOWED:\n    pass\nbar = param',
  'if isinstance(param, str):\n    bar = param\nelse:\n    bar = "x"',
  'if param == "admin":\n    return "no"\nbar = param',
  'bar = param.replace("\'", "")',
  'bar = "x"\nif MODE == "safe":\n    bar = param',
  'bar = Color.RED.value + param',
  't = (param, "x")\nbar = t[0]',
  'l = ["a", "b"]\nl[1] = param\nbar = l[1]',
  'l = ["a"]\nl.insert(0, param)\nbar = l[0]',
  'l = []\nl.extend([param])\nbar = l[0]',
  'l = ["a", param]\nl.remove("a")\nbar = l[0]',
  'l = ["a", param]\ndel l[0]\nbar = l[0]',
  'l = ["a", param]\nbar = l[-1]',
  'd = {"a": {"b": [param]}}\nbar = d["a"]["b"][0]',
  'a, *rest = ["x", param]\nbar = rest[0]',
  'a, bar = param, "x"\na, bar = bar, a',
  'bar = "x"\nbar += param',
  'f = {"a": lambda v: v}\nbar = f["a"](param)',
  'x = 5\nif x > 3 and len("abc") == 3:\n    bar = param\nelse:\n    bar = "n"',
  'bar = str(int("3")) + param',
])('follows data through %s', (body) => {
  expect(isFound(body)).toBe(true)
})

/** On each way the command gets something else. */
test.each([
  'bar = Base(param).const',
  'bar = Base(param).other',
  'bar = Base(param).kind',
  'b = Base(param)\nb.set("x")\nbar = b.get()',
  '_, bar = Child(param).both()',
  'bar = Point(param, "y").y',
  'bar = choose(no(), param, "x")',
  'bar = choose(DEBUG, param, "x")',
  'bar = kw2(first=param)',
  'bar = var(param, "b")',
  'bar = list(gen(param))[0]',
  'bar = const(param)',
  'bar = clean(param)',
  'bar = check(param)',
  'bar = param\ntry:\n    pass\nfinally:\n    bar = "x"',
  'bar = "x"\nif False:\n    bar = param',
  'bar = "x"\nwhile False:\n    bar = param',
  'bar = "x"\nfor _ in []:\n    bar = param',
  'bar = "x"\nif MODE != "safe":\n    bar = param',
  'bar = "x"\nif DEBUG:\n    bar = param',
  'd = {**{"a": param}, "a": "x"}\nbar = d["a"]',
  'd = {"a": param}\nd.update(a="x")\nbar = d["a"]',
  'l = [param, "b"]\nl[0] = "x"\nbar = l[0]',
  'l = ["a"]\nl.insert(0, param)\nbar = l[1]',
  'l = [param, "a"]\nl.pop(0)\nbar = l[0]',
  'l = [param, "a"]\ndel l[0]\nbar = l[0]',
  'l = ["a", param, "c"]\nbar = l[-1]',
  'l = ["a", param][:1]\nbar = l[0]',
  'l = [param]\nl.clear()\nl.append("x")\nbar = l[0]',
  'bar, *rest = ["x", param]',
  'a, bar = "x", param\na, bar = bar, a',
  'bar = param\nif param:\n    return "no"\nbar = "x"',
  'bar = Color(param).value if False else Color.RED.value',
  'bar = str(int(param) + 1)',
  'bar = f"{int(param):d}"',
  'bar = hex(int(param))',
  'if param in ["a", "b"]:\n    bar = param\nelse:\n    bar = "x"',
  'if param not in ALLOWED:\n    bar = "x"\nelse:\n    bar = param',
  'if all(c.isdigit() for c in param):\n    bar = param\nelse:\n    bar = "x"',
  'if re.match(r"^\\w+$", param):\n    bar = param\nelse:\n    bar = "x"',
  'PAT = re.compile(r"[a-z]+")\nif not PAT.fullmatch(param):\n    return "no"\nbar = param',
  'bar = {"a": "1"}.get(param) or "x"',
  'try:\n    bar = ["a", "b"][int(param)]\nexcept (ValueError, IndexError):\n    bar = "x"',
  'bar = str(bool(param))',
  'bar = "x" * len(param)',
  'bar = next(iter({"a": param}.keys()))',
  'd = {k: "x" for k in ["a"]}\nd["b"] = param\nbar = d["a"]',
  'n = types.SimpleNamespace(v=param, w="x")\nbar = n.w',
  'bar = Data(name=param, size="1").size',
  'bar = "abc".upper()',
  'x = 5\nif x > 3 and len("abc") == 3:\n    bar = "n"\nelse:\n    bar = param',
  'bar = ",".join(sorted(ALLOWED))',
  'bar = type(param).__name__',
  'if param == "x":\n    bar = param\nelse:\n    bar = "y"',
  'try:\n    bar = Color(param).value\nexcept ValueError:\n    bar = "x"',
  'bar = str(request.args.get("n", type=int))',
  'bar = param if 1 > 2 else "x"',
  'bar = None\nbar = "x" if bar is None else param',
  'f = lambda v: "x"\nbar = f(param)',
  'f = functools.partial(const, param)\nbar = f()',
  'def inner(param):\n    return param\nbar = inner("x")',
  'if (n := len(param)) > 3:\n    bar = str(n)\nelse:\n    bar = "x"',
])('does not follow data through %s', (body) => {
  expect(isFound(body)).toBe(false)
})
