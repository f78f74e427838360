from flask import Flask, request

app = Flask(__name__)


@app.post("/calculate")
def calculate():
    # ruleid: code-injection
    result = eval(request.form["expression"])
    # ruleid: code-injection
    exec("value = " + request.json["value"])
    return str(result)
