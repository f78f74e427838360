import time


def test_sends_in_the_background():
    send_later("hello")
    # ok: sleep-in-test
    wait_until(lambda: len(sent()) == 1)
    # ok: sleep-in-test
    time.sleep(0)
    assert sent() == ["hello"]
