from app.invoice import total


def test_total():
    # ok: assertion-commented-out
    # assert total([]) == 0 holds for every currency
    assert total([100, 200]) == 300


def test_takes_a_class():
    # Neither call may raise here; what becomes of the class is not ours. These
    # ok: assertion-commented-out
    # assert only that the invoice hands it over rather than failing on it.
    total(Invoice)


def test_closes():
    # ok: assertion-commented-out
    # assert that it closes
    close()
