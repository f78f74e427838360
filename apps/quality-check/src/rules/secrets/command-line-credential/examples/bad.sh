#!/bin/sh
set -eu

# ruleid: command-line-credential
curl --user "deploy:tR7wq2Lx9-Vb" "https://releases.example.org/v2/latest"

# ruleid: command-line-credential
curl -X POST https://releases.example.org/v2 -H "Authorization: Token 7d1f0c52ab93e64480ce3a159bd27f6e8c4a0b51"

# ruleid: command-line-credential
curl -H "X-Release-ApiKey: 0b7e4c19-6f2d-4a83-9c05-e1d87a34b6f2" https://releases.example.org

# ruleid: command-line-credential
curl -H "Authorization: Basic ZGVwbG95OnRSN3dxMkx4OS1WYg==" https://releases.example.org
