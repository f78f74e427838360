import re

# ruleid: polynomial-regex
SPACED = re.compile(r"\s*\n\s*$")
