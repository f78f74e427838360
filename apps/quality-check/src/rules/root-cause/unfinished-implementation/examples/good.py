from abc import ABC, abstractmethod


class Sender(ABC):
    @abstractmethod
    def send(self, message):
        # ok: unfinished-implementation
        raise NotImplementedError

    def close(self):
        # ok: unfinished-implementation
        raise NotImplementedError("subclasses say how to close")


def convert(value):
    if isinstance(value, str):
        return value
    # ok: unfinished-implementation
    raise NotImplementedError(f"converting {type(value)}")


def discount(order):
    # Nothing is implemented for orders of before 2020.
    # ok: unfinished-implementation
    return 0


def is_finished(queue):
    # TODO: implement. Not yet, because locks of all queues
    # would be taken at each look.
    # ok: unfinished-implementation
    return False


def downgrade():
    """The way back.

    Raises:
        NotImplementedError: Not supported, the columns are gone.
    """
    # ok: unfinished-implementation
    raise NotImplementedError("The way back is not implemented")
