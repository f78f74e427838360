#!/bin/sh
set -e
# ok: unquoted-arguments
run "$@"
# ok: unquoted-arguments
echo "got $*"
# ok: unquoted-arguments
all=$*
