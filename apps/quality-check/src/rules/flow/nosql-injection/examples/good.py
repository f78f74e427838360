from flask import Flask, request
from pymongo import MongoClient

app = Flask(__name__)
users = MongoClient().shop.users


@app.post("/login")
def login():
    body = request.get_json()
    # ok: nosql-injection
    user = users.find_one({"name": str(body["name"])})
    # ok: nosql-injection
    users.find_one({"name": request.args["name"]})
    return str(user)
