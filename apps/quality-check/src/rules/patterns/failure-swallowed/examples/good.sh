#!/bin/sh
set -e
# ok: failure-swallowed
two=2; deploy --all || exit 1
# It may be gone already. ok: failure-swallowed
rm -f old || true
