from flask import Flask, render_template_string, request
from jinja2 import Template

app = Flask(__name__)


@app.route("/hello")
def hello():
    # ruleid: template-injection
    return render_template_string("<h1>Hello " + request.args["name"] + "</h1>")


@app.route("/preview")
def preview():
    # ruleid: template-injection
    return Template(request.form["template"]).render()
