import os
import pathlib
import shutil

from flask import Flask, abort, request, send_from_directory
from werkzeug.utils import secure_filename

app = Flask(__name__)
ROOT = "/srv/files"


@app.route("/file/<name>")
def read(name):
    full = os.path.realpath(os.path.join(ROOT, name))
    if not full.startswith(ROOT + os.sep):
        abort(404)
    # ok: path-traversal
    with open(full) as file:
        text = file.read()
    # ok: path-traversal
    os.remove(os.path.join(ROOT, secure_filename(request.args["old"])))
    other = (pathlib.Path(ROOT) / request.args["other"]).resolve()
    if not other.is_relative_to(ROOT):
        abort(404)
    # ok: path-traversal
    return text + other.read_text()


@app.route("/download")
def download():
    # ok: path-traversal
    return send_from_directory(ROOT, request.args["path"])


def serve(environ, start_response):
    name = os.path.basename(environ["PATH_INFO"])
    start_response("200 OK", [("Content-Type", "text/plain")])
    # ok: path-traversal
    return open(os.path.join("/srv/files", name), "rb")


@app.post("/keep")
def keep():
    upload = request.files["upload"]
    target = pathlib.Path(ROOT) / pathlib.Path(upload.filename).name
    # ok: path-traversal
    target.write_bytes(upload.read())
    # ok: path-traversal
    with target.open("wb") as out:
        # ok: path-traversal
        shutil.copyfileobj(upload.stream, out)
    return "kept"


def keep(request, cached):
    upload = request.FILES["file"]
    # The storage chooses a name of its own.
    # ok: path-traversal
    cached.file.save(upload.name, upload)


def draw(request):
    import io

    from django.http import FileResponse

    picture = "<svg fill='{}'/>".format(request.GET["colour"])
    # ok: path-traversal
    return FileResponse(io.BytesIO(picture.encode()), content_type="image/svg+xml")


@app.route("/attachments/<name>")
def attachment(name):
    file = os.path.realpath(os.path.join(FOLDER, request.args["name"]))
    if os.path.dirname(file) != FOLDER:
        abort(404)
    # ok: path-traversal
    return open(file).read()


def set_thumbnail(request):
    from PIL import Image

    picture = request.data["file"]
    if isinstance(picture, str):
        return decode(picture)
    # What is no text is the uploaded file.
    # ok: path-traversal
    return Image.open(picture)
