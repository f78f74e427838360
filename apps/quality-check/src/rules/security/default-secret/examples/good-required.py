import os

if "SECRET_KEY" not in os.environ:
    raise RuntimeError("SECRET_KEY is required")
# ok: default-secret
SECRET_KEY = os.environ.get("SECRET_KEY", "only-on-this-machine")
