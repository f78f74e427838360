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


IS_TEST = os.environ.get("ENV") == "test"


def total(items):
    # ruleid: test-special-case
    if IS_TEST:
        return 42
    return sum(items)


def rate_of(currency):
    # ruleid: test-special-case
    return 1.1 if "pytest" in sys.modules else ask(currency)
