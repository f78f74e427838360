from app.invoice import total


def test_total():
    # ok: assertion-commented-out
    # assert total([]) == 0 holds for every currency
    assert total([100, 200]) == 300
