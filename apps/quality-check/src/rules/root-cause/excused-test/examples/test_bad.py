import unittest

import pytest


# ruleid: excused-test
@pytest.mark.skip(reason="the accounts of issue 4711 are not there yet")
def test_accounts():
    assert accounts() == 1


class SumTest(unittest.TestCase):
    # ruleid: excused-test
    @unittest.skip("the server is being moved")
    def test_adds(self):
        self.assertEqual(add(1, 2), 3)
