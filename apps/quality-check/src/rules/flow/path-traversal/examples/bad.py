import os
import pathlib

from flask import Flask, request, send_file

app = Flask(__name__)
ROOT = "/srv/files"


@app.route("/file/<name>")
def read(name):
    # ruleid: path-traversal
    with open(os.path.join(ROOT, name)) as file:
        text = file.read()
    # ruleid: path-traversal
    os.remove(f"{ROOT}/{request.args['old']}")
    # ruleid: path-traversal
    return text + (pathlib.Path(ROOT) / request.args["other"]).read_text()


@app.route("/download")
def download():
    # ruleid: path-traversal
    return send_file(request.args["path"])
