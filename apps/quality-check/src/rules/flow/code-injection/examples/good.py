import ast

from flask import Flask, request

app = Flask(__name__)
OPERATIONS = {"add": lambda a, b: a + b, "times": lambda a, b: a * b}


@app.post("/calculate")
def calculate():
    # ok: code-injection
    values = ast.literal_eval(request.form["values"])
    # ok: code-injection
    return str(OPERATIONS[request.form["operation"]](*values))
