#!/bin/sh
set -e
# ok: world-writable
chmod 755 /srv/shop
# ok: world-writable
chmod +x run.sh
# ok: world-writable
chmod g+w /srv/shop
