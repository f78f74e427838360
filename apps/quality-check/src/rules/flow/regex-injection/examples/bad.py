import re

from flask import Flask, request

app = Flask(__name__)


@app.route("/search")
def search():
    # ruleid: regex-injection
    pattern = re.compile(request.args["q"])
    # ruleid: regex-injection
    return str(re.findall("^" + request.args["word"], "some text") or pattern)
