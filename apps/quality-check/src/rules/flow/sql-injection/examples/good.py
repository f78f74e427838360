import sqlite3

from flask import Flask, request
from sqlalchemy import text

app = Flask(__name__)
COLUMNS = {"name": "name", "age": "birthday"}


@app.route("/users/<name>/<int:age>")
def users(name, age):
    cursor = sqlite3.connect("shop.db").cursor()
    # ok: sql-injection
    cursor.execute("SELECT * FROM users WHERE name = ?", (name,))
    # ok: sql-injection
    cursor.execute(f"SELECT * FROM users WHERE age > {age}")
    column = COLUMNS.get(request.args["order"], "name")
    # ok: sql-injection
    return str(cursor.execute("SELECT * FROM users ORDER BY " + column).fetchall())


@app.post("/orders")
def orders(session=None):
    # ok: sql-injection
    return session.execute(text("DELETE FROM orders WHERE id = :id"), {"id": request.form["id"]})
