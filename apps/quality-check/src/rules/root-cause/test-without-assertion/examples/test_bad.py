from sums import add, save


# ruleid: test-without-assertion
def test_adds():
    result = add(1, 2)


# ruleid: test-without-assertion
def test_saves():
    saved = save(3)
    print(saved)


# ruleid: test-without-assertion
def test_subtracts():
    pass
