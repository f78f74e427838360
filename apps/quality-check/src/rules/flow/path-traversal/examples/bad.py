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


def serve(environ, start_response):
    path = environ["PATH_INFO"].lstrip("/")
    start_response("200 OK", [("Content-Type", "text/plain")])
    # ruleid: path-traversal
    return open(os.path.join("/srv/files", path), "rb")


def find(folder, name):
    full = os.path.realpath(os.path.join(folder, name))
    # ruleid: path-traversal
    return full if os.path.commonprefix([full, folder]) == folder else None


@app.route("/keep")
def keep():
    path = os.path.join(ROOT, request.args["to"])
    if os.path.dirname(path):
        # ruleid: path-traversal
        os.makedirs(os.path.dirname(path), exist_ok=True)
        # ruleid: path-traversal
        open(path, "w").write("kept")


def describe(request):
    from PIL import Image

    picture = request.data["file"]
    if isinstance(picture, str):
        # ruleid: path-traversal
        return Image.open(picture)
    return None
