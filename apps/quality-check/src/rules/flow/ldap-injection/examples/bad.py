import ldap3
from flask import Flask, request

app = Flask(__name__)


@app.route("/person")
def person():
    connection = ldap3.Connection("ldap.example.org")
    name = request.args["name"]
    # ruleid: ldap-injection
    connection.search("ou=people,dc=example", f"(&(objectClass=person)(uid={name}))", attributes=["cn"])
    return str(connection.entries)
