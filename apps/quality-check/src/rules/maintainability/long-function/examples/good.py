# ok: long-function
def describe(order):
    """Says what an order is.

    Line 1 of the description.

    Line 2 of the description.

    Line 3 of the description.

    Line 4 of the description.

    Line 5 of the description.

    Line 6 of the description.

    Line 7 of the description.

    Line 8 of the description.

    Line 9 of the description.

    Line 10 of the description.

    Line 11 of the description.

    Line 12 of the description.

    Line 13 of the description.

    Line 14 of the description.

    Line 15 of the description.

    Line 16 of the description.

    Line 17 of the description.

    Line 18 of the description.

    Line 19 of the description.

    Line 20 of the description.

    Line 21 of the description.

    Line 22 of the description.

    Line 23 of the description.

    Line 24 of the description.

    Line 25 of the description.

    Line 26 of the description.

    Line 27 of the description.

    Line 28 of the description.

    Line 29 of the description.

    Line 30 of the description.

    Line 31 of the description.

    Line 32 of the description.

    Line 33 of the description.

    Line 34 of the description.

    Line 35 of the description.

    Line 36 of the description.

    Line 37 of the description.

    Line 38 of the description.

    Line 39 of the description.

    """
    return order.total
