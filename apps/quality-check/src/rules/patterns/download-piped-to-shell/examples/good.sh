#!/bin/sh
set -e
# ok: download-piped-to-shell
curl -fsSLo install.sh https://get.host.net
# ok: download-piped-to-shell
curl -fsSL https://get.host.net/list | sort
