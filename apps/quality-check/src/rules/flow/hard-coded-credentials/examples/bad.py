import jwt
import psycopg2
from sqlalchemy import create_engine

# ruleid: hard-coded-credentials
connection = psycopg2.connect(host="db.example.org", user="shop", password="w1nter-Sale")
# ruleid: hard-coded-credentials
engine = create_engine("postgresql://shop:w1nterSale@db.example.org/shop")


def sign(claims):
    # ruleid: hard-coded-credentials
    return jwt.encode(claims, "s3cr3t-of-the-shop", algorithm="HS256")
