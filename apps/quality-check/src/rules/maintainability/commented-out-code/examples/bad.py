def total(prices):
    # ruleid: commented-out-code
    # for price in prices:
    #     if price < 0:
    #         continue
    #     result += price
    return sum(prices)
