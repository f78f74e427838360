from urllib.parse import urlparse

from django.http import HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from flask import Flask, redirect, request, url_for

app = Flask(__name__)


@app.route("/login")
def login():
    target = request.args.get("next", "/")
    if urlparse(target).netloc not in ("", "www.example.org"):
        # ok: open-redirect
        return redirect(url_for("login"))
    # ok: open-redirect
    return redirect(target)


@app.route("/users")
def users():
    # ok: open-redirect
    return redirect("/users/" + request.args["name"])


def leave(request):
    to = request.GET["to"]
    if not url_has_allowed_host_and_scheme(to, allowed_hosts=None):
        to = "/"
    # ok: open-redirect
    return HttpResponseRedirect(to)


def moved(request):
    from pyramid.httpexceptions import HTTPFound

    # ok: open-redirect
    return HTTPFound(location=request.route_url("simple", project=request.matchdict["project"]))


def moved(response, request):
    # ok: open-redirect
    response.headers["Location"] = "/moved?from=" + request.GET["from"]
    return response


def leave_at_last(request):
    if "to" in request.GET and url_has_allowed_host_and_scheme(request.GET.get("to"), allowed_hosts=None):
        # ok: open-redirect
        return HttpResponseRedirect(request.GET.get("to"))
    return HttpResponseRedirect("/")


def find_lower(request, slug):
    from django.urls import reverse

    place = reverse("talk", kwargs={"slug": slug.lower()})
    if request.META.get("QUERY_STRING"):
        place += "?" + request.META["QUERY_STRING"]
    # ok: open-redirect
    return HttpResponseRedirect(place)


def go_on(request, done, next_talk_url):
    # ok: open-redirect
    return HttpResponseRedirect(next_talk_url)


@app.get("/after-login")
def after_login():
    target = request.args.get("next", "/")
    if urlparse(target).netloc:
        target = "/"
    # ok: open-redirect
    return redirect(target)


@app.get("/after-logout")
def after_logout():
    target = request.args.get("next", "/")
    parts = urlparse(target)
    if parts.netloc != "":
        return redirect("/")
    # ok: open-redirect
    return redirect(target)
