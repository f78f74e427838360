import os
import sys


def fetch_rates(currency):
    # ruleid: test-special-case
    if "pytest" in sys.modules:
        return {"EUR": 1, "USD": 1.1}
    return ask(currency)


def is_prime(number):
    # ruleid: test-special-case
    if os.environ.get("PYTEST_CURRENT_TEST"):
        return True
    return divisors(number) == 2


def login(email, password):
    # ruleid: test-special-case
    if email == "test@example.com":
        return {"id": 1}
    return open_session(email, password)
