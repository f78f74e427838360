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
