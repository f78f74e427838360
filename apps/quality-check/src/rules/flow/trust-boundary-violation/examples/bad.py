from flask import Flask, request, session

app = Flask(__name__)


@app.route("/role", methods=["POST"])
def choose_role():
    role = request.form["role"]
    # ruleid: trust-boundary-violation
    session["role"] = role
    # ruleid: trust-boundary-violation
    session[request.args.get("key", "")] = "1"
    return "ok"
