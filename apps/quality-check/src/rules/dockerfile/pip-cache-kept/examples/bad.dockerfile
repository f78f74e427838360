FROM python:3.14
# ruleid: pip-cache-kept
RUN pip install flask==3.1
