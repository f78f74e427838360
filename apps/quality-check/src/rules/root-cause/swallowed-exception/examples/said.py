def fail_over(client, group):
    try:
        # Stopping is only tried. We eat the
        # exception here because when an array goes down, its groups stop.
        client.halt_copies(group)
    # ok: swallowed-exception
    except Exception:
        group.state = None
    return client.recover(group)


def fail_back(client, group):
    try:
        # Copies of the group.
        client.halt_copies(group)
    # ruleid: swallowed-exception
    except Exception:
        group.state = None
    return client.recover(group)


def target_of(given, target):
    # The try/except wrappers avoid lazy loading when the attribute doesn't exist.
    try:
        target["project"] = given.find_project()
    # ok: swallowed-exception
    except Exception:
        pass
    try:
        target["user"] = given.find_user()
    # ok: swallowed-exception
    except Exception:
        pass
    return target


def latest_step(setup, profile):
    """Finds the last step.

    If anything errors out, the answer is "unknown".
    """
    version = "unknown"
    try:
        steps = setup.list_steps(profile)
        version = max(steps)
    # ok: swallowed-exception
    except Exception:
        pass
    return version


def retype(helper, old, new):
    if new:
        # The new volume has all that was asked for, so that an exception
        # during the clean-up can be ignored.
        new.replicate()
        try:
            helper.take_apart(old)
        # ok: swallowed-exception
        except Exception:
            pass
    return new


def release(find, source):
    # If the source is unreachable, the release is not done.
    try:
        client = find(source)
    # ok: swallowed-exception
    except Exception:
        client = None
    return client.release() if client else "kept"
