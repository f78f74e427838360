from app.price import price_of


def test_price_includes_tax():
    # ruleid: type-asserted-for-value
    assert type(price_of(100, "AT")) is float


def test_price_of_two():
    price = price_of(200, "AT")
    # ruleid: type-asserted-for-value
    assert isinstance(price, float)
