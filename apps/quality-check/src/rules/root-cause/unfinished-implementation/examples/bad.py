def apply_discount(order):
    """Takes off what the customer has earned."""
    # ruleid: unfinished-implementation
    raise NotImplementedError


class Mailer:
    def send(self, message):
        # ruleid: unfinished-implementation
        raise NotImplementedError("sending is not implemented yet")


def export_orders(orders):
    # ruleid: unfinished-implementation
    print("TODO: not implemented")
    return None


def shipping_cost(weight, country):
    # TODO: implement the tariffs
    # ruleid: unfinished-implementation
    return Decimal("0")


def downgrade():
    """The way back.

    Raises:
        NotImplementedError: Not implemented.
    """
    # ruleid: unfinished-implementation
    raise NotImplementedError("The way back is not implemented")
