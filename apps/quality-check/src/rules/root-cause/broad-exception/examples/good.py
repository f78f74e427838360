def load(orders):
    result = []
    for order in orders:
        try:
            result.append(read(order))
        # ok: broad-exception
        except Exception as error:
            result.append(Failure(order, error))
        try:
            check(order)
        # ok: broad-exception
        except Exception:
            log.exception("cannot check")
            result.append(order.copy())
    return result
