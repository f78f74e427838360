from flask import Flask, request, session

app = Flask(__name__)
ROLES = ("reader", "writer")


@app.route("/role", methods=["POST"])
def choose_role():
    role = request.form["role"]
    if role not in ROLES:
        return "no", 400
    # ok: trust-boundary-violation
    session["role"] = role
    # ok: trust-boundary-violation
    session["visits"] = int(request.form["visits"])
    return "ok"
