import requests

# ok: disabled-tls-verification
requests.get("https://example.org", timeout=5)
# ok: disabled-tls-verification
requests.get("https://intern.example.org", verify="/etc/ssl/intern.pem", timeout=5)


def context_for(verify_certificates):
    context = ssl.create_default_context()
    if not verify_certificates:
        # ok: disabled-tls-verification
        context.check_hostname = False
    return context


def is_up(site, secure):
    import requests

    verify = False
    if secure:
        verify = True
    # ok: disabled-tls-verification
    return requests.head(site, verify=verify, timeout=10)
