from sums import Sum, add


def test_adds():
    # ok: assertion-cannot-fail
    assert add(1, 2) == 3
    # ok: assertion-cannot-fail
    assert add(1, 2) == add(1, 2)


def test_equality():
    total = Sum(1, 2)
    # ok: assertion-cannot-fail
    assert total == total
