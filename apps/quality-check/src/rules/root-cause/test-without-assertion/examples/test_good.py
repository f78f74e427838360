import pytest
from sums import add
from tests.helpers import sums_up


def is_three(value):
    assert value == 3


# ok: test-without-assertion
def test_adds():
    result = add(1, 2)
    assert result == 3


# ok: test-without-assertion
def test_adds_by_helper():
    result = add(1, 2)
    is_three(result)


# ok: test-without-assertion
def test_adds_by_imported_helper():
    sums_up(add(1, 2))


# ok: test-without-assertion
def test_refuses_text():
    with pytest.raises(TypeError):
        result = add("one")


# ok: test-without-assertion
def test_adds_without_error():
    result = add()
