import time


def wait_for(is_done, seconds, pause=0.2):
    deadline = time.monotonic() + seconds
    while not is_done():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not done after {seconds} s")
        # ok: sleep-against-race
        time.sleep(pause)
