# ruleid: too-many-parameters
def send(host, port, path, method, body, user, password, retries):
    return [host, port, path, method, body, user, password, retries]
