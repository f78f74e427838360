import jwt
from flask import request


def user():
    # ruleid: unverified-token
    return jwt.decode(request.headers["Authorization"], options={"verify_signature": False})["sub"]


def sender():
    token = request.headers["Authorization"].split(" ")[1]
    # ruleid: unverified-token
    return jwt.decode(token, options={"verify_signature": False})["sub"]
