import re

# ok: exponential-regex
WORDS = re.compile(r"^\w+(\s\w+)*$")


def is_quoted(text):
    # ok: exponential-regex
    return re.match(r'"(?:[^"\\]|\\.)*"', text)
