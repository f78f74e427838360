import sqlite3

from django.db import connection
from flask import Flask, request
from sqlalchemy import text

app = Flask(__name__)


@app.route("/users/<name>")
def users(name):
    cursor = sqlite3.connect("shop.db").cursor()
    # ruleid: sql-injection
    cursor.execute(f"SELECT * FROM users WHERE name = '{name}'")
    order = request.args.get("order")
    sql = "SELECT * FROM users ORDER BY %s" % order
    # ruleid: sql-injection
    return str(cursor.execute(sql).fetchall())


@app.post("/orders")
def orders(session=None):
    # ruleid: sql-injection
    statement = text("DELETE FROM orders WHERE id = " + request.form["id"])
    return session.execute(statement)


def find(request):
    with connection.cursor() as cursor:
        # ruleid: sql-injection
        cursor.execute("SELECT * FROM item WHERE slug = '{}'".format(request.GET["slug"]))
