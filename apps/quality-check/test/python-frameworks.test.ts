import { expect, test } from 'vitest'
import { checkPythonRules } from '../src/engines/python.ts'

/** What blocks, with its line. */
function blocking(text: string): string[] {
  const found = checkPythonRules({ text, extension: '.py', bareName: '', fileClass: 'source', language: 'python' })
  return found.filter(({ advice, flow }) => advice !== true && flow !== undefined).map(({ rule, line }) => `${line} ${rule}`)
}

test.each([
  ['a Django view', `from django.http import HttpResponse\nfrom django.db import connection\ndef search(request):\n    name = request.GET.get("name")\n    with connection.cursor() as cursor:\n        cursor.execute("SELECT * FROM t WHERE name = '%s'" % name)\n    return HttpResponse("<p>" + name + "</p>")\n`, ['6 sql-injection', '7 cross-site-scripting']],
  ['a Django view of files', `import os\nfrom django.http import HttpResponse\ndef show(request):\n    return HttpResponse(open(os.path.join("/srv", request.GET["file"])).read())\n`, ['4 path-traversal']],
  ['a class-based Django view', `import subprocess\nfrom django.views import View\nclass Ping(View):\n    def post(self, request):\n        host = request.POST["host"]\n        return subprocess.check_output("ping -c 1 " + host, shell=True)\n`, ['6 command-injection']],
  ['self.request of a Django view', `from django.views.generic import ListView\nfrom .models import Item\nclass Items(ListView):\n    def get_queryset(self):\n        order = self.request.GET.get("order")\n        return Item.objects.raw("SELECT * FROM item ORDER BY " + order)\n`, ['6 sql-injection']],
  ['an unchecked Django redirect', `from django.shortcuts import redirect\ndef go(request):\n    return redirect(request.GET["next"])\n`, ['3 open-redirect']],
  ['mark_safe', `from django.utils.safestring import mark_safe\ndef label(request):\n    return mark_safe("<b>%s</b>" % request.GET["x"])\n`, ['3 cross-site-scripting']],
  ['a REST framework view', `import yaml\nfrom rest_framework.views import APIView\nclass Load(APIView):\n    def post(self, request):\n        return yaml.load(request.data["text"], Loader=yaml.Loader)\n`, ['5 unsafe-deserialization']],
  ['a FastAPI route', `import os\nfrom fastapi import FastAPI\napp = FastAPI()\n@app.get("/run")\nasync def run(command: str):\n    os.system("ls " + command)\n`, ['6 command-injection']],
  ['a FastAPI body', `from fastapi import FastAPI\nfrom pydantic import BaseModel\napp = FastAPI()\nclass Query(BaseModel):\n    text: str\n@app.post("/q")\ndef run(query: Query, db=None):\n    return db.execute(f"SELECT * FROM t WHERE a = '{query.text}'")\n`, ['8 sql-injection']],
  ['a FastAPI request', `import httpx\nfrom fastapi import APIRouter, Request\nrouter = APIRouter()\n@router.get("/fetch")\nasync def fetch(request: Request):\n    url = request.query_params["url"]\n    return httpx.get(url).text\n`, ['7 ssrf']],
  ['a FastAPI page', `from fastapi import FastAPI\nfrom fastapi.responses import HTMLResponse\napp = FastAPI()\n@app.get("/hi", response_class=HTMLResponse)\ndef hi(name: str):\n    return HTMLResponse(f"<p>{name}</p>")\n`, ['6 cross-site-scripting']],
  ['Tornado', `import tornado.web\nclass Main(tornado.web.RequestHandler):\n    def get(self):\n        name = self.get_argument("name")\n        self.write("<p>" + name + "</p>")\n`, ['5 cross-site-scripting']],
  ['aiohttp', `from aiohttp import web\nasync def handle(request):\n    name = request.match_info["name"]\n    return web.Response(text="<p>" + name, content_type="text/html")\n`, ['4 cross-site-scripting']],
  ['Bottle', `from bottle import request, route\nimport os\n@route("/x")\ndef x():\n    os.system("echo " + request.query.name)\n`, ['5 command-injection']],
  ['Falcon', `import pickle\nimport falcon\nclass Thing:\n    def on_post(self, req, resp):\n        resp.media = pickle.loads(req.bounded_stream.read())\n`, ['5 unsafe-deserialization']],
  ['Pyramid', `from pyramid.view import view_config\nfrom pyramid.httpexceptions import HTTPFound\n@view_config(route_name="go")\ndef go(request):\n    return HTTPFound(location=request.params["to"])\n`, ['5 open-redirect']],
  ['Sanic', `from sanic import Sanic, response\napp = Sanic("x")\n@app.get("/hi")\nasync def hi(request):\n    return response.html("<p>" + request.args.get("name"))\n`, ['5 cross-site-scripting']],
  ['http.server', `from http.server import BaseHTTPRequestHandler\nimport os\nclass Handler(BaseHTTPRequestHandler):\n    def do_GET(self):\n        os.system("cat " + self.path[1:])\n`, ['5 command-injection']],
  ['a Lambda', `import os\ndef lambda_handler(event, context):\n    os.system("ls " + event["queryStringParameters"]["dir"])\n`, ['3 command-injection']],
  ['CGI', `import cgi, os\nform = cgi.FieldStorage()\nos.system("finger " + form.getvalue("user"))\n`, ['3 command-injection']],
  ['a Flask blueprint in a class', `from flask.views import MethodView\nfrom flask import request\nclass Api(MethodView):\n    def post(self):\n        return eval(request.json["expression"])\n`, ['5 code-injection']],
  ['a method of the file', `from flask import Flask, request\nimport sqlite3\napp = Flask(__name__)\nclass Store:\n    def __init__(self):\n        self.connection = sqlite3.connect("x")\n    def find(self, name):\n        return self.connection.execute("SELECT * FROM t WHERE n = '" + name + "'")\n@app.route("/x")\ndef x():\n    return str(Store().find(request.args["n"]).fetchall())\n`, ['8 sql-injection']],
])('finds what %s lets in', (_, text, found) => {
  expect(blocking(text)).toEqual(found)
})

test.each([
  ['Flask converters', `from flask import Flask\nimport sqlite3\napp = Flask(__name__)\n@app.route("/u/<int:uid>")\ndef user(uid):\n    return str(sqlite3.connect("x").execute(f"SELECT * FROM u WHERE id = {uid}").fetchall())\n`],
  ['numbers of FastAPI', `from fastapi import FastAPI\napp = FastAPI()\n@app.get("/u/{uid}")\ndef user(uid: int, db=None):\n    return db.execute(f"SELECT * FROM u WHERE id = {uid}")\n`],
  ['texts that FastAPI sends as JSON', `from fastapi import FastAPI\napp = FastAPI()\n@app.get("/hi")\ndef hi(name: str):\n    return f"<p>{name}</p>"\n`],
  ['what FastAPI injects', `import os\nfrom fastapi import Depends, FastAPI\napp = FastAPI()\ndef settings():\n    return "x"\n@app.get("/hi")\ndef hi(folder: str = Depends(settings)):\n    return os.listdir(folder)\n`],
  ['a Django view that asks by parameters', `from django.db import connection\ndef search(request):\n    with connection.cursor() as cursor:\n        cursor.execute("SELECT * FROM t WHERE name = %s", [request.GET["name"]])\n`],
  ['a Django page', `from django.shortcuts import render\nfrom .models import Item\ndef show(request, slug):\n    item = Item.objects.get(slug=slug)\n    return render(request, "item.html", {"item": item, "q": request.GET.get("q")})\n`],
  ['what is stored', `from django.http import HttpResponse\nfrom .models import Item\ndef show(request, slug):\n    item = Item.objects.filter(slug=slug).first()\n    return HttpResponse(item.body)\n`],
  ['the user', `from django.http import HttpResponse\ndef me(request):\n    return HttpResponse("Hello " + request.user.username)\n`],
  ['a safe redirect', `from django.shortcuts import redirect\nfrom django.utils.http import url_has_allowed_host_and_scheme\ndef go(request):\n    to = request.GET.get("next", "/")\n    if not url_has_allowed_host_and_scheme(to, allowed_hosts={request.get_host()}):\n        to = "/"\n    return redirect(to)\n`],
  ['the name of a fixture', `def test_x(request):\n    open(request.param)\n`],
  ['a client', `import requests\nclass Client:\n    def send(self, request):\n        return requests.get(request.url)\n`],
  ['a command line', `import argparse, subprocess\nargs = argparse.ArgumentParser().parse_args()\nsubprocess.run("make " + args.target, shell=True)\nopen(args.file)\n`],
  ['the environment', `import os\nos.system(os.environ["EDITOR"] + " notes")\n`],
  ['aiohttp text', `from aiohttp import web\nasync def handle(request):\n    return web.Response(text="Hello " + request.match_info["name"])\n`],
  ['a type that was asked for', `from flask import Flask, request\nimport sqlite3\napp = Flask(__name__)\n@app.get("/x")\ndef x():\n    page = request.args.get("page", 1, type=int)\n    return str(sqlite3.connect("x").execute("SELECT * FROM t LIMIT 10 OFFSET %d" % page).fetchall())\n`],
  ['a type that was asked for, in an f-string', `from flask import Flask, request\nimport sqlite3\napp = Flask(__name__)\n@app.get("/x")\ndef x():\n    page = request.args.get("page", default=1, type=int)\n    return str(sqlite3.connect("x").execute(f"SELECT * FROM t LIMIT 10 OFFSET {page}").fetchall())\n`],
])('says nothing of %s', (_, text) => {
  expect(blocking(text)).toEqual([])
})
