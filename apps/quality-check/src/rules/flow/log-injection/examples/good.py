import json
import logging

from flask import Flask, request

app = Flask(__name__)
logger = logging.getLogger(__name__)


@app.post("/login")
def login():
    # ok: log-injection
    logger.info("login of %s", request.form["user"].replace("\n", " "))
    # ok: log-injection
    logger.info(json.dumps({"user": request.form["user"]}))
    # ok: log-injection
    logger.info("attempt %d", int(request.form["attempt"]))
    return "ok"
