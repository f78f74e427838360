import base64
import pickle

import yaml
from flask import Flask, request

app = Flask(__name__)


@app.post("/restore")
def restore():
    # ruleid: unsafe-deserialization
    state = pickle.loads(base64.b64decode(request.cookies["state"]))
    # ruleid: unsafe-deserialization
    settings = yaml.load(request.data, Loader=yaml.UnsafeLoader)
    return str(state) + str(settings)
