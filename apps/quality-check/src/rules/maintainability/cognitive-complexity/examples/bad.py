# ruleid: cognitive-complexity
def price(order):
    total = 0
    for line in order.lines:
        if line.kind == "goods":
            if line.amount > 10 and line.discount:
                total += line.price * 0.9
            elif line.amount > 100:
                total += line.price * 0.8
            else:
                total += line.price
        else:
            for part in line.parts:
                if part.free or part.gift:
                    continue
                total += part.price * 1.2 if part.taxed else part.price
    return total
