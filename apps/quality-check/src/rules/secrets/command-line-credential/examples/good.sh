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

# ok: command-line-credential
curl -H "Idempotency-Key: 3d0f7c1e-52b8-4e6a-9c47-a81b60f2d935" https://releases.example.org

# ok: command-line-credential
curl -H "Upgrade: websocket" -H "Sec-WebSocket-Key: c29tZXRoaW5nIGVsc2U5MQ==" https://releases.example.org

# ok: command-line-credential
curl -H "Authorization: Basic dXNlcm5hbWU6cGFzc3dvcmQ=" https://releases.example.org

# ok: command-line-credential
curl -u "deploy:`cat /run/secrets/pw1`" https://releases.example.org
