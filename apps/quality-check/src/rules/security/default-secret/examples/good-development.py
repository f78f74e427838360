import environ

from .base import *

env = environ.Env()
DEBUG = True
# ok: default-secret
SECRET_KEY = env("DJANGO_SECRET_KEY", default="only-on-this-machine")
