def test_adds():
    try:
        assert add(1, 2) == 3
    # ruleid: hidden-test-failure
    except AssertionError:
        print("adding failed")


def test_adds_more():
    try:
        assert add(1, 2) == 3
    # ruleid: hidden-test-failure
    except Exception:
        pass
