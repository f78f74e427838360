#!/bin/sh
set -e
# ok: predictable-temporary-file
file=$(mktemp)
# ok: predictable-temporary-file
list > "$file"
