#!/bin/sh
set -e
# ok: unchecked-download-run
curl -fsSL https://get.host.net | sh
# ok: unchecked-download-run
curl -fsSk https://get.host.net/list | sort
# ok: unchecked-download-run
curl -fsSL https://get.host.net/check | sh -s -- -k
# ok: unchecked-download-run
curl -fk https://localhost:8443/setup.sh | sh
