import unittest
from sums import add


def test_adds():
    total = add(1, 2)
    # ruleid: assertion-cannot-fail
    assert True
    # ruleid: assertion-cannot-fail
    assert total == total


class SumTest(unittest.TestCase):
    def test_adds(self):
        total = add(1, 2)
        # ruleid: assertion-cannot-fail
        self.assertTrue(True)
        # ruleid: assertion-cannot-fail
        self.assertEqual(total, total)
