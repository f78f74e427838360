KINDS = ["a", "b"]


def unique(names):
    seen = set()
    for name in names:
        # ok: quadratic-membership
        if name not in seen:
            seen.add(name)
    return seen


def known(names, allowed):
    # ok: quadratic-membership
    return [name for name in names if name in KINDS or name in allowed]


def once(name, rows):
    present = [row.name for row in rows]
    # ok: quadratic-membership
    return name in present
