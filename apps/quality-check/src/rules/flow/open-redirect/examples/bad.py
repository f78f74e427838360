from urllib.parse import urlparse

from django.http import HttpResponseRedirect
from flask import Flask, make_response, redirect, request

app = Flask(__name__)


@app.route("/login")
def login():
    # ruleid: open-redirect
    return redirect(request.args.get("next", "/"))


def leave(request):
    # ruleid: open-redirect
    return HttpResponseRedirect(request.GET["to"])


@app.get("/back")
def back():
    response = make_response("", 302)
    # ruleid: open-redirect
    response.headers["Location"] = request.cookies["back"]
    return response


@app.get("/partner")
def partner():
    target = request.args["to"]
    if urlparse(target).netloc:
        # ruleid: open-redirect
        return redirect(target)
    return "no partner"
