def load(orders):
    result = []
    for order in orders:
        try:
            result.append(read(order))
        # ruleid: broad-exception
        except Exception:
            result.append(order.copy())
    return result
