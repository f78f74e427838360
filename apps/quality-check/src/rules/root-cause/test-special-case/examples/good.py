import os


def open_log(level):
    # ok: test-special-case
    if os.environ.get("ENV") == "test":
        return None
    return write_to("log.txt", level)


def discount(code):
    # ok: test-special-case
    if code == "SUMMER":
        return 10
    return 0


IS_TEST = os.environ.get("ENV") == "test"


def delay_of(attempt):
    # ok: test-special-case
    return 0 if IS_TEST else back_off(attempt)


def database_path():
    # ok: test-special-case
    return ":memory:" if IS_TEST else find_path()
