import os

# ok: default-secret
SECRET_KEY = os.environ["SECRET_KEY"]
# ok: default-secret
REGION = os.environ.get("REGION", "eu-west-1")
# ok: default-secret
API_KEY = os.environ.get("API_KEY", "")
# ok: default-secret
LLM_API_KEY = os.environ.get("LLM_API_KEY", "not-needed")
# ok: default-secret
SECRET_NAME = os.environ.get("SECRET_NAME", "payments/api")


class DevelopmentConfig:
    # ok: default-secret
    JWT_SECRET = os.environ.get("JWT_SECRET", "only-here")


if os.environ.get("STAGE") == "development":
    # ok: default-secret
    PEPPER = os.environ.get("PEPPER", "black")
