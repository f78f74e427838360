import html

from django.http import HttpResponse
from flask import Flask, jsonify, render_template, request
from markupsafe import escape

app = Flask(__name__)


@app.route("/hello")
def hello():
    # ok: cross-site-scripting
    return f"<h1>Hello {escape(request.args['name'])}</h1>"


@app.route("/note")
def note():
    # ok: cross-site-scripting
    return render_template("note.html", text=request.args["text"])


@app.route("/api")
def api():
    # ok: cross-site-scripting
    return jsonify(name=request.args["name"])


def search(request):
    # ok: cross-site-scripting
    return HttpResponse("<p>Nothing found for %s</p>" % html.escape(request.GET["q"]))


def plain(request):
    # ok: cross-site-scripting
    return HttpResponse(request.GET["q"], content_type="text/plain")


@app.route("/greeting")
def greeting():
    name = request.args.get("name", "").replace("&", "&amp;").replace("<", "&lt;")
    # ok: cross-site-scripting
    return "<p>Good morning, " + name + "</p>"
