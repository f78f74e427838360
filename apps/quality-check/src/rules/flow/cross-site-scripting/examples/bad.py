from django.http import HttpResponse
from flask import Flask, make_response, request
from markupsafe import Markup

app = Flask(__name__)


@app.route("/hello")
def hello():
    name = request.args.get("name", "")
    # ruleid: cross-site-scripting
    return f"<h1>Hello {name}</h1>"


@app.route("/note")
def note():
    # ruleid: cross-site-scripting
    label = Markup("<b>" + request.args["label"] + "</b>")
    # ruleid: cross-site-scripting
    return make_response("<p>" + request.args["text"] + "</p>")


def search(request):
    # ruleid: cross-site-scripting
    return HttpResponse("<p>Nothing found for %s</p>" % request.GET["q"])


@app.route("/farewell")
def farewell():
    name = request.args.get("name", "").replace("<script>", "")
    # ruleid: cross-site-scripting
    return "<p>Good night, " + name + "</p>"


@app.errorhandler(404)
def missing(error):
    # ruleid: cross-site-scripting
    return "<p>Nothing at " + request.args.get("page", "") + "</p>", 404


def greet(request):
    answer = HttpResponse(content_type="text/html")
    # ruleid: cross-site-scripting
    answer.write("<p>" + request.GET["name"] + "</p>")
    return answer
