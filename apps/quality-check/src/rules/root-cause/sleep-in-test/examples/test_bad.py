import time


def test_sends_in_the_background():
    send_later("hello")
    # ruleid: sleep-in-test
    time.sleep(0.5)
    assert sent() == ["hello"]
