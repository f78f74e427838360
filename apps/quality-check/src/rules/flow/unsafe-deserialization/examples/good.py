import json
import pickle

import torch
import yaml
from flask import Flask, request

app = Flask(__name__)


@app.post("/restore")
def restore():
    # ok: unsafe-deserialization
    state = json.loads(request.cookies["state"])
    # ok: unsafe-deserialization
    settings = yaml.load(request.data, Loader=yaml.SafeLoader)
    with open("cache.bin", "rb") as file:
        # ok: unsafe-deserialization
        cache = pickle.loads(file.read())
    return str(state) + str(settings) + str(cache)


@app.post("/weights")
def weights():
    # ok: unsafe-deserialization
    return str(torch.load(request.files["model"], weights_only=True))
