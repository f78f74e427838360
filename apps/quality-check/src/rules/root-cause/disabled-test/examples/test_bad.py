import unittest

import pytest


@pytest.mark.skip # ruleid: disabled-test
def test_adds():
    assert add(1, 2) == 3


@pytest.mark.xfail() # ruleid: disabled-test
def test_subtracts():
    assert subtract(2, 1) == 1


class SumTest(unittest.TestCase):
    @unittest.skip("") # ruleid: disabled-test
    def test_adds(self):
        self.assertEqual(add(1, 2), 3)

    def test_multiplies(self):
        # ruleid: disabled-test
        pytest.skip()
        self.assertEqual(multiply(1, 2), 2)


@pytest.mark.parametrize("a, b, result", []) # ruleid: disabled-test
def test_sums(a, b, result):
    assert add(a, b) == result
