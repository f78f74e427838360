import sys
import unittest

import pytest


# ok: disabled-test
@pytest.mark.skipif(sys.platform == "win32", reason="there are no signals")
def test_signals():
    assert signal() == 3


# ok: disabled-test
@pytest.mark.skip(reason="the accounts of issue 4711 are not there yet")
def test_accounts():
    assert accounts() == 1


class SumTest(unittest.TestCase):
    # ok: disabled-test
    @unittest.skipUnless(hasattr(sys, "x"), "needs x")
    def test_adds(self):
        self.assertEqual(add(1, 2), 3)


@pytest.mark.parametrize("a, b, result", [(1, 2, 3)]) # ok: disabled-test
def test_sums(a, b, result):
    assert add(a, b) == result
