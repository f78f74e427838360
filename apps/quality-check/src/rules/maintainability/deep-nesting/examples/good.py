def kind_of(values):
    for value in values:
        if value == 1:
            return "one"
        elif value == 2:
            return "two"
        elif value == 3:
            return "three"
        elif value == 4:
            return "four"
        # ok: deep-nesting
        elif value == 5:
            return "five"


def read(paths):
    for path in paths:
        if path.exists():
            with path.open() as file:
                # ok: deep-nesting
                for line in file:
                    print(line)
