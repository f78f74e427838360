import re

# ruleid: exponential-regex
WORDS = re.compile(r"^(\w+\s?)*$")


def is_nested(text):
    # ruleid: exponential-regex
    return re.match(r"(?P<name>a+)+$", text)
