import shlex
import subprocess

from flask import Flask, request

app = Flask(__name__)
TOOLS = {"ping": ["ping", "-c", "1"], "dig": ["dig"]}


@app.route("/ping")
def ping():
    host = request.args["host"]
    # ok: command-injection
    subprocess.run(["ping", "-c", "1", host], check=True)
    # ok: command-injection
    subprocess.run("nslookup " + shlex.quote(host), shell=True)
    tool = TOOLS.get(request.args["tool"], TOOLS["ping"])
    # ok: command-injection
    subprocess.run([*tool, "example.org"], check=True)
    return "ok"
