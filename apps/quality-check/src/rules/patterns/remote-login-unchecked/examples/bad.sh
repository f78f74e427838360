#!/bin/sh
set -e
# ruleid: remote-login-unchecked
ssh -o StrictHostKeyChecking=no shop.corp.net
# ruleid: remote-login-unchecked
curl -k https://shop.corp.net
# ruleid: remote-login-unchecked
wget --no-check-certificate https://shop.corp.net
