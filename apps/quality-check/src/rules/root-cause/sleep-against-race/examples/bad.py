import time


def read_back(store, key):
    value = store.get(key)
    if value is None:
        # ruleid: sleep-against-race
        time.sleep(3)  # hack: replication is slow, give it a moment
        value = store.get(key)
    return value
