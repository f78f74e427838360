def open_door(name):
    # ruleid: unexplained-coverage-exclusion
    if name == "":  # pragma: no cover
        raise ValueError(name)
    return Door(name)
