import lxml.etree
from flask import Flask, request

app = Flask(__name__)


@app.route("/employee")
def employee():
    tree = lxml.etree.parse("employees.xml")
    # ruleid: xpath-injection
    return str(tree.xpath("/employees/employee[@id='" + request.args["id"] + "']"))
