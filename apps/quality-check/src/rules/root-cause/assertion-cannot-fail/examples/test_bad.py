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


def test_adds_or_does_not():
    # ruleid: assertion-cannot-fail
    assert add(1, 1) == 2 or True


def test_reads_a_date():
    result = parse_date("2026-01-31")
    # ruleid: assertion-cannot-fail
    assert isinstance(result, object)
