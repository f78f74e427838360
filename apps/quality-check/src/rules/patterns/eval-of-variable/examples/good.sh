#!/bin/sh
set -e
# ok: eval-of-variable
eval "$(ssh-agent -s)"
# ok: eval-of-variable
run "$1"
