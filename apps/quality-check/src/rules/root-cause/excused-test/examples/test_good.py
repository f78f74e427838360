# ok: excused-test
def test_adds():
    assert add(1, 2) == 3
