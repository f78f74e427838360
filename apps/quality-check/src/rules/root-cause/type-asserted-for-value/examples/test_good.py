from app.events import Created, parse_event
from app.price import price_of


def test_price_includes_tax():
    price = price_of(100, "AT")
    # ok: type-asserted-for-value
    assert isinstance(price, float)
    assert price == 120.0


def test_parses_created_events():
    # ok: type-asserted-for-value
    assert isinstance(parse_event({"kind": "created"}), Created)


def test_price_is_a_float():
    # ok: type-asserted-for-value
    assert isinstance(price_of(100, "AT"), float)
