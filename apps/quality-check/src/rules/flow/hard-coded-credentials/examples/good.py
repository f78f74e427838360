import os

import jwt
import psycopg2
from sqlalchemy import create_engine

# ok: hard-coded-credentials
connection = psycopg2.connect(host="db.example.org", user="shop", password=os.environ["SHOP_PASSWORD"])
# ok: hard-coded-credentials
engine = create_engine("sqlite:///shop.db")


def sign(claims, key):
    # ok: hard-coded-credentials
    return jwt.encode(claims, key, algorithm="HS256")


def try_out():
    import psycopg2

    # ok: hard-coded-credentials
    psycopg2.connect(host="localhost", user="shop", password="shop")
    # ok: hard-coded-credentials
    return psycopg2.connect(host="127.0.0.1", user="shop", password="for tries")
