def unique(names):
    seen = []
    for name in names:
        # ruleid: quadratic-membership
        if name not in seen:
            seen.append(name)
    return seen


def missing(wanted, rows):
    present = [row.name for row in rows]
    # ruleid: quadratic-membership
    return [name for name in wanted if name not in present]
