import importlib

from flask import Flask, request

app = Flask(__name__)


@app.post("/calculate")
def calculate():
    # ruleid: code-injection
    result = eval(request.form["expression"])
    # ruleid: code-injection
    exec("value = " + request.json["value"])
    return str(result)


@app.get("/export")
def export():
    # ruleid: code-injection
    module = importlib.import_module("exports." + request.args["kind"])
    return module.export()
