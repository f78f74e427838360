import jwt
from fastapi import Depends
from fastapi.security import OAuth2PasswordBearer
from flask import request

oauth2_scheme = OAuth2PasswordBearer(tokenUrl="/token")


def user(key):
    # ok: unverified-token
    return jwt.decode(request.headers["Authorization"], key, algorithms=["HS256"])["sub"]


def member(key: str, token: str = Depends(oauth2_scheme)):
    # ok: unverified-token
    return jwt.decode(token, key, algorithms=["HS256"])["sub"]
