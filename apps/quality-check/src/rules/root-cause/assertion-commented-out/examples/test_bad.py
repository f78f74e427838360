from app.invoice import total


def test_total():
    result = total([100, 200])
    # ruleid: assertion-commented-out
    # assert result == 357
    print(result)


def test_total_of_none():
    result = total([])
    # ruleid: assertion-commented-out
    # assert result is not None and "no items" not in result.notes, "it is empty"
    print(result)


def test_totals():
    result = totals([100, 200])
    # ruleid: assertion-commented-out
    # assert all(each > 0 for each in result)  # fails since the change
    print(result)
