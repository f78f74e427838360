from flask import Flask, make_response

app = Flask(__name__)


@app.route("/login")
def login():
    response = make_response("ok")
    # ruleid: insecure-cookie
    response.set_cookie("session_id", "x")
    # ruleid: insecure-cookie
    response.set_cookie("theme", "dark", secure=False)
    return response


# ruleid: insecure-cookie
SESSION_COOKIE_SECURE = False
