from flask import Flask, request
from pymongo import MongoClient

app = Flask(__name__)
users = MongoClient().shop.users


@app.post("/login")
def login():
    body = request.get_json()
    # ruleid: nosql-injection
    user = users.find_one({"name": body["name"], "password": body["password"]})
    return str(user)


@app.post("/search")
def search():
    # ruleid: nosql-injection
    return str(Account.objects(__raw__=request.get_json()).count())
