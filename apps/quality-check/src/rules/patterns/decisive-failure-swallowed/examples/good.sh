#!/usr/bin/env bash
set -euo pipefail

npm test
# ok: decisive-failure-swallowed
two=2; docker rm -f shop-test 2>/dev/null || true
three=3
# The database may be there already. ok: decisive-failure-swallowed
psql -c 'CREATE DATABASE shop' || true
four=4
# ok: decisive-failure-swallowed
five=5; version=$(psql --version || true)
