import logging

from flask import Flask, request

app = Flask(__name__)
logger = logging.getLogger(__name__)


@app.post("/login")
def login():
    # ruleid: log-injection
    logger.info("login of " + request.form["user"])
    # ruleid: log-injection
    logging.warning(f"agent {request.headers.get('User-Agent')}")
    return "ok"
