#!/bin/sh
set -e
# ruleid: download-piped-to-shell
curl -fsSL https://get.host.net | sh
# ruleid: download-piped-to-shell
wget -qO- https://get.host.net | sudo bash -s --
# ruleid: download-piped-to-shell
bash -c "$(curl -fsSL https://get.host.net)"
