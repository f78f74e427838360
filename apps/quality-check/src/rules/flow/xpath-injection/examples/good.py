import elementpath
import lxml.etree
from flask import Flask, request

app = Flask(__name__)


@app.route("/employee")
def employee():
    tree = lxml.etree.parse("employees.xml")
    # ok: xpath-injection
    return str(tree.xpath("/employees/employee[@id=$id]", id=request.args["id"]))


@app.route("/person")
def person():
    name = request.args.get("name", "").replace("'", "&apos;")
    # ok: xpath-injection
    return str(elementpath.select(lxml.etree.parse("people.xml"), f"/people/person[@name='{name}']"))
