import os
import zipfile

from flask import Blueprint, Response
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField

bp = Blueprint("sheets", __name__)


class SheetForm(FlaskForm):
    kind = SelectField(choices=[("light", "Light"), ("dark", "Dark")])
    name = StringField()


@bp.post("/sheet")
def sheet():
    form = SheetForm()
    # ok: path-traversal
    with open("/srv/sheets/" + form.kind.data) as file:
        kind = file.read()
    # ruleid: path-traversal
    with open("/srv/sheets/" + form.name.data) as file:
        return Response(kind + file.read(), mimetype="text/css")


def unpack(upload, folder):
    root = os.path.realpath(folder)
    with zipfile.ZipFile(upload) as archive:
        for member in archive.infolist():
            # ruleid: path-traversal
            with open(os.path.join(root, member.filename), "wb") as file:
                file.write(archive.read(member))


def unpack_inside(upload, folder):
    root = os.path.realpath(folder)
    with zipfile.ZipFile(upload) as archive:
        for member in archive.infolist():
            path = os.path.realpath(os.path.join(root, member.filename))
            if not path.startswith(root + os.sep):
                raise ValueError(member.filename)
            # ok: path-traversal
            with open(path, "wb") as file:
                file.write(archive.read(member))
