def test_refuses_text():
    try:
        add("one")
        assert False, "it took text"
    # ok: hidden-test-failure
    except TypeError as error:
        assert "text" in str(error)


def test_adds():
    try:
        assert add(1, 2) == 3
    # ok: hidden-test-failure
    except AssertionError:
        print(dump())
        raise


def test_closed_queue():
    try:
        queue = find_queue("orders")
        try:
            queue.take()
            assert queue.is_closed()
        except Exception as error:
            raise Closed from error
    # ok: hidden-test-failure
    except Exception:
        print("closed")


def test_two_orders_match(orders, expected):
    matching = 0
    for order in orders:
        try:
            assert_same(order, expected)
            assert order.total == expected.total
            matching += 1
        # ok: hidden-test-failure
        except AssertionError:
            pass
    assert matching == 2


def test_one_order_is_closed(orders):
    found = None
    for order in orders:
        try:
            assert order.is_closed
        # ok: hidden-test-failure
        except AssertionError:
            pass
        else:
            found = order
    assert found is not None
