from urllib.parse import urlparse

import requests
from flask import Flask, abort, request

app = Flask(__name__)
HOSTS = ("api.example.org", "static.example.org")


@app.route("/fetch")
def fetch():
    url = request.args["url"]
    if urlparse(url).hostname not in HOSTS:
        abort(400)
    # ok: ssrf
    page = requests.get(url, timeout=5)
    # ok: ssrf
    requests.get("https://api.example.org/users/" + request.args["user"], timeout=5)
    return page.text
