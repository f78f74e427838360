from django.http import HttpResponseRedirect
from flask import Flask, redirect, request

app = Flask(__name__)


@app.route("/login")
def login():
    # ruleid: open-redirect
    return redirect(request.args.get("next", "/"))


def leave(request):
    # ruleid: open-redirect
    return HttpResponseRedirect(request.GET["to"])
