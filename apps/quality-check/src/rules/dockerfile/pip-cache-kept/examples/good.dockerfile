FROM python:3.14
# ok: pip-cache-kept
RUN pip install --no-cache-dir flask==3.1
