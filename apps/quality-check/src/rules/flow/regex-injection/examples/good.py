import re

from flask import Flask, request

app = Flask(__name__)


@app.route("/search")
def search():
    # ok: regex-injection
    pattern = re.compile(re.escape(request.args["q"]))
    # ok: regex-injection
    return str(re.findall(r"\w+", request.args["text"]) or pattern)
