import jwt
from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, OAuth2PasswordBearer
from flask import request

oauth2_scheme = OAuth2PasswordBearer(tokenUrl="/token")


def user():
    # ruleid: unverified-token
    return jwt.decode(request.headers["Authorization"], options={"verify_signature": False})["sub"]


def sender():
    token = request.headers["Authorization"].split(" ")[1]
    # ruleid: unverified-token
    return jwt.decode(token, options={"verify_signature": False})["sub"]


def member(token: str = Depends(oauth2_scheme)):
    # ruleid: unverified-token
    return jwt.decode(token, options={"verify_signature": False})["sub"]


def guest(credentials: HTTPAuthorizationCredentials = Depends(HTTPBearer())):
    # ruleid: unverified-token
    return jwt.decode(credentials.credentials, options={"verify_signature": False})["sub"]
