import re
import subprocess

from bottle import Bottle, request
from sanic import Sanic

app = Bottle()
cameras = Sanic("cameras")
NAME = re.compile(r"[a-z_]+")


@app.post("/dump")
def dump():
    name = request.forms.get("name")
    if not NAME.match(name):
        return "no name"
    # ruleid: command-injection
    subprocess.call(f"pg_dump {name}", shell=True)
    if not NAME.fullmatch(name):
        return "no name"
    # ok: command-injection
    subprocess.call(f"pg_dump {name}", shell=True)


@cameras.post("/cameras/<camera:int>/restart")
async def restart(request, camera):
    # ok: command-injection
    subprocess.call(f"systemctl restart camera@{camera}", shell=True)


@cameras.post("/cameras/<camera:str>/stop")
async def stop(request, camera):
    # ruleid: command-injection
    subprocess.call(f"systemctl stop camera@{camera}", shell=True)
