import contextlib


def load_profile(key):
    try:
        return to_profile(database.get(key))
    # ok: swallowed-exception
    except KeyError:
        return None


def has_module(name):
    try:
        load(name)
    # ok: swallowed-exception
    except Exception:
        return False
    return True


def load_orders():
    try:
        return api.orders()
    # ok: swallowed-exception
    except Exception:
        log.exception("the orders cannot be read")
        return []


def warm_cache():
    try:
        cache.fill()
    # ok: swallowed-exception
    except Exception:
        # An empty cache is only slower, and the next request fills it.
        return None


def forget(path):
    # ok: swallowed-exception
    with contextlib.suppress(FileNotFoundError):
        path.unlink()


def leave(window):
    # ok: swallowed-exception
    with contextlib.suppress(Exception):
        window.unsend()


def send_bill(bill):
    try:
        transport.send(bill)
    # ok: swallowed-exception
    except Exception:
        return {"ok": False}
    return {"ok": True}


def size_of(item):
    try:
        return len(item)
    # ok: swallowed-exception
    except Exception:
        return 0


def main(path):
    try:
        text = path.read_text()
    # ok: swallowed-exception
    except Exception as error:
        print("cannot read", path, error, file=sys.stderr)
        return 1
    return show(text)
