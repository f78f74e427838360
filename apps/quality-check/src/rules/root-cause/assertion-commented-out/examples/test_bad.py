from app.invoice import total


def test_total():
    result = total([100, 200])
    # ruleid: assertion-commented-out
    # assert result == 357
    print(result)
