from flask import Flask, make_response

app = Flask(__name__)


@app.route("/login")
def login():
    response = make_response("ok")
    # ok: insecure-cookie
    response.set_cookie("session_id", "x", secure=True, httponly=True, samesite="Lax")
    # ok: insecure-cookie
    response.set_cookie("theme", "dark")
    return response
