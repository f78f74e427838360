def status_name(code):
    # ok: answer-for-one-input
    if code == 404:
        return "not found"
    return lookup(code)


def currency_of(country, table):
    # ok: answer-for-one-input
    if country == "LI":
        return "CHF"
    return table[country]


def to_roman(number):
    # ok: answer-for-one-input
    if number == 0:
        return "N"
    return "".join(symbols(number))


def days(month_id, year):
    # ok: answer-for-one-input
    if month_id == 2:
        return 28 + leap(year)
    return table(month_id)
