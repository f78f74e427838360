import jwt
from flask import request


def user(key):
    # ok: unverified-token
    return jwt.decode(request.headers["Authorization"], key, algorithms=["HS256"])["sub"]
