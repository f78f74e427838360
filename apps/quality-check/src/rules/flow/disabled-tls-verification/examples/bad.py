import ssl

import httpx
import requests

# ruleid: disabled-tls-verification
requests.get("https://example.org", verify=False, timeout=5)
# ruleid: disabled-tls-verification
client = httpx.Client(verify=False)
# ruleid: disabled-tls-verification
ssl._create_default_https_context = ssl._create_unverified_context


def open_unchecked():
    import ssl

    # ruleid: disabled-tls-verification
    return ssl._create_unverified_context()
