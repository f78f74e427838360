#!/bin/sh
set -e
# ruleid: world-writable
chmod 777 /srv/shop
# ruleid: world-writable
sudo chmod -R a+rwx /srv/shop
