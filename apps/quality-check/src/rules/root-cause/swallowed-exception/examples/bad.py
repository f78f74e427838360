import contextlib


def load_profile(key):
    try:
        row = database.get(key)
        return to_profile(row)
    # ruleid: swallowed-exception
    except Exception:
        return None


def load_settings():
    try:
        return read(SETTINGS)
    # ruleid: swallowed-exception
    except:
        return {}


def count_orders():
    total = 0
    try:
        total = orders.count()
    # ruleid: swallowed-exception
    except Exception as error:
        log.debug("cannot count %s", error)
        total = 0
    return total


def notify(users):
    # ruleid: swallowed-exception
    with contextlib.suppress(Exception):
        send_all(users)
        mark_sent(users)


def read_pages(pages):
    texts = []
    for page in pages:
        try:
            answer = browser.open(page)
            texts.append(answer.read())
        # ruleid: swallowed-exception
        except Exception as error:
            log.debug("cannot read %s: %s", page, error)
            continue
    return texts


def put_away(orders):
    # ruleid: swallowed-exception
    with contextlib.suppress(Exception):
        warehouse.save_all(orders)


def usage_of(team):
    try:
        return requests.get(f"https://usage.example.com/{team}").json()
    # ruleid: swallowed-exception
    except Exception:
        return {"input": 0, "output": 0}
