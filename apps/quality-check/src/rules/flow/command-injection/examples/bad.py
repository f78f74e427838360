import os
import subprocess

from flask import Flask, request

app = Flask(__name__)


@app.route("/ping")
def ping():
    host = request.args["host"]
    # ruleid: command-injection
    os.system("ping -c 1 " + host)
    # ruleid: command-injection
    subprocess.run(f"nslookup {host}", shell=True)
    # ruleid: command-injection
    subprocess.check_output(["bash", "-c", "dig " + host])
    return "ok"
