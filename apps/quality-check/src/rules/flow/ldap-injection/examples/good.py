import ldap3
from flask import Flask, request
from ldap3.utils.conv import escape_filter_chars

app = Flask(__name__)


@app.route("/person")
def person():
    connection = ldap3.Connection("ldap.example.org")
    name = escape_filter_chars(request.args["name"])
    # ok: ldap-injection
    connection.search("ou=people,dc=example", f"(&(objectClass=person)(uid={name}))", attributes=["cn"])
    return str(connection.entries)
