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


def test_counts_what_is_added():
    added = 0
    try:
        added = add(1, 2)
        assert added == 3
    # ruleid: hidden-test-failure
    except AssertionError:
        pass
    assert isinstance(added, int)


def test_adds_and_goes_on():
    try:
        assert add(1, 2) == 3
        added = True
    # ruleid: hidden-test-failure
    except AssertionError:
        pass
    assert add(2, 2) == 4
