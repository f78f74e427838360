import random

from flask import Flask, make_response, session

app = Flask(__name__)


@app.post("/reset")
def reset():
    # ruleid: insecure-randomness
    token = str(random.randint(100000, 999999))
    # ruleid: insecure-randomness
    password = "".join(random.choice("abcdefgh") for _ in range(12))
    # ruleid: insecure-randomness
    session["code"] = random.getrandbits(32)
    response = make_response(token + password)
    number = str(random.random())
    # ruleid: insecure-randomness
    response.set_cookie("remember_token", number[2:], secure=True, httponly=True)
    return response


def make_session_key():
    # ruleid: insecure-randomness
    return "%032x" % random.getrandbits(128)


def reset_token():
    letters = [random.choice("abcdefgh") for _ in range(20)]
    # ruleid: insecure-randomness
    return "".join(letters)


def invite(users, address):
    letters = "".join(random.sample("abcdefghijklmnop", 10))
    # ruleid: insecure-randomness
    users.create_user("guest", address, letters)
