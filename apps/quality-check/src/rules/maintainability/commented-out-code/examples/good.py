# ok: commented-out-code
# The prices come in the smallest unit of their currency, so that sums are exact;
# what is shown to people is divided by one hundred when it is shown, and not before.
def total(prices):
    return sum(prices)
