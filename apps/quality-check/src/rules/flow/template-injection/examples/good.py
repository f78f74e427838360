from flask import Flask, render_template, render_template_string, request

app = Flask(__name__)


@app.route("/hello")
def hello():
    # ok: template-injection
    return render_template_string("<h1>Hello {{ name }}</h1>", name=request.args["name"])


@app.route("/preview")
def preview():
    # ok: template-injection
    return render_template("preview.html", text=request.form["text"])
