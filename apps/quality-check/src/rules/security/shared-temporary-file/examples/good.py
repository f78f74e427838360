import tempfile


def spool(data):
    # ok: shared-temporary-file
    with tempfile.NamedTemporaryFile(prefix="spool-", delete=False) as file:
        file.write(data)
    return file.name


def load():
    # ok: shared-temporary-file
    with open("/tmp/progress") as file:
        return file.read()
