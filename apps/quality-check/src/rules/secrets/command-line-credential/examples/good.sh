#!/bin/sh
set -eu

# ok: command-line-credential
curl --user "$DEPLOY_USER:$DEPLOY_PASSWORD" "https://releases.example.org/v2/latest"

# ok: command-line-credential
curl -u username:password https://releases.example.org/v2/latest

# ok: command-line-credential
curl -H "Authorization: Bearer <token>" https://releases.example.org

# ok: command-line-credential
curl -H "Authorization: Bearer $(cat "$TOKEN_FILE")" https://releases.example.org

# ok: command-line-credential
curl -H "Content-Type: application/json" https://releases.example.org
