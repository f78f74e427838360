import re

# ok: slow-pattern
WORDS = re.compile(r"^\w+(?:\s+\w+)*:$")


def is_heading(line):
    # ok: slow-pattern
    return WORDS.match(line) or re.match(r"#+[ ]title", line)
