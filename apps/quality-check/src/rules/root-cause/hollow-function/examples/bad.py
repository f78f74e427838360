# ruleid: hollow-function
def validate_token(token):
    return True


# ruleid: hollow-function
def save_order(order, user):
    """Writes an order to the database."""
    pass


class Payments:
    # ruleid: hollow-function
    def charge_card(self, card, amount):
        return {}
