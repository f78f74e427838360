import re

# ok: polynomial-regex
MAIL = re.compile(r"^[\w.]+@\w+$")
