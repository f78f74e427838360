import random
import secrets
import time

from flask import Flask, session

app = Flask(__name__)


@app.post("/reset")
def reset():
    # ok: insecure-randomness
    token = secrets.token_urlsafe(32)
    # ok: insecure-randomness
    session["code"] = random.SystemRandom().randint(0, 999999)
    # ok: insecure-randomness
    delay = random.random()
    time.sleep(delay)
    return token


def make_session_key():
    # ok: insecure-randomness
    return secrets.token_hex(16)


def roll():
    # ok: insecure-randomness
    return random.randint(1, 6)
