import os

from decouple import config

# ruleid: default-secret
SECRET_KEY = os.environ.get("SECRET_KEY", "changeme")

# ruleid: default-secret
JWT_SECRET = os.getenv("JWT_SECRET", default="change-me-please")

# ruleid: default-secret
API_KEY = os.getenv("PAYMENTS_API_KEY") or "default-key-1234"

# ruleid: default-secret
SIGNING = config("SIGNING_KEY", default="insecure")
