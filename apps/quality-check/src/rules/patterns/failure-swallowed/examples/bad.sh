#!/bin/sh
set -e
# ruleid: failure-swallowed
two=2; deploy --all || true
