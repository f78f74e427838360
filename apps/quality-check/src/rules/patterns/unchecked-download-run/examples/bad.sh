#!/bin/sh
set -e
# ruleid: unchecked-download-run
curl -fsSLk https://get.host.net/agent.sh | sudo sh
# ruleid: unchecked-download-run
wget -qO- --no-check-certificate https://get.host.net | bash
