# ok: hollow-function
def validate_token(token):
    return len(token) == 32


# ok: hollow-function
def check_reader(reader):
    return True  # everybody may read: the check is there for the writing half


class NoPayments(Payments):
    # ok: hollow-function
    def charge_card(self, card, amount):
        return {}


# ok: hollow-function
def calculate_tax(_amount):
    return 0
