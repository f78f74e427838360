#!/usr/bin/env bash
set -euo pipefail

# ruleid: decisive-failure-swallowed
one=1; npm test || true
npm run lint
# ruleid: decisive-failure-swallowed
two=2; psql "$DATABASE_URL" -f migrations/0007.sql || true
systemctl restart shop
