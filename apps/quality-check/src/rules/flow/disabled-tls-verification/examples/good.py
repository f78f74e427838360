import requests

# ok: disabled-tls-verification
requests.get("https://example.org", timeout=5)
# ok: disabled-tls-verification
requests.get("https://intern.example.org", verify="/etc/ssl/intern.pem", timeout=5)
