import hashlib

from flask import Flask, request
from passlib.hash import md5_crypt

app = Flask(__name__)


@app.post("/login")
def login():
    # ruleid: weak-hash
    stored = hashlib.md5(request.form["password"].encode()).hexdigest()
    # ruleid: weak-hash
    digest = hashlib.new("sha1", request.form["password"].encode())
    return stored + digest.hexdigest()


def keep(user, password):
    # ruleid: weak-hash
    user.password = md5_crypt.hash(password)


def set_password(user, password):
    # ruleid: weak-hash
    user.password_hash = hashlib.md5(password.encode()).hexdigest()
