import hashlib
import os

from flask import Flask, request

app = Flask(__name__)


@app.post("/login")
def login():
    # ok: weak-hash
    stored = hashlib.scrypt(request.form["password"].encode(), salt=os.urandom(16), n=16384, r=8, p=1)
    # ok: weak-hash
    digest = hashlib.new("sha256", request.data)
    # ok: weak-hash
    tag = hashlib.md5(request.data, usedforsecurity=False)
    return stored.hex() + digest.hexdigest() + tag.hexdigest()
