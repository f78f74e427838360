import re

# ruleid: slow-pattern
WORDS = re.compile(r"^(\w+\s*)+:$")


def is_heading(line):
    # ruleid: slow-pattern
    return WORDS.match(line) or re.match(r"(#+)*[ ]title", line)
