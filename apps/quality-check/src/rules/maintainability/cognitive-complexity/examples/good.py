# ok: cognitive-complexity
def name_of(day):
    match day:
        case 0:
            return "Sunday"
        case 1:
            return "Monday"
        case 2:
            return "Tuesday"
        case _:
            return "later"


# A decorator only holds what it wraps.
# ok: cognitive-complexity
def retried(function):
    # ok: cognitive-complexity
    def wrapper(*args):
        for attempt in range(3):
            if attempt > 0 and not args:
                continue
            return function(*args)
        return None

    return wrapper
