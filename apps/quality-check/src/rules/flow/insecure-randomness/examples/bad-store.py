import random

from accounts.state import user_sessions


def remember(user):
    # ruleid: insecure-randomness
    user_sessions[user.id] = str(random.getrandbits(64))
    # ruleid: insecure-randomness
    user_sessions["latest"] = f"{random.random()}"
    # ok: insecure-randomness
    user_sessions["count"] = "0"
    # ok: insecure-randomness
    user.scores["dice"] = random.randint(1, 6)
