import urllib.request

import requests
from flask import Flask, request

app = Flask(__name__)


@app.route("/fetch")
def fetch():
    # ruleid: ssrf
    page = requests.get(request.args["url"], timeout=5)
    # ruleid: ssrf
    urllib.request.urlopen("http://" + request.args["host"] + "/status")
    return page.text
