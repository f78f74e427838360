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
