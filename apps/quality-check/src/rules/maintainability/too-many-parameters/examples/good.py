class Client:
    # ok: too-many-parameters
    def send(self, host, port, path, method, body, user, password):
        return [host, port, path, method, body, user, password]

    # ok: too-many-parameters
    def ask(self, host, port=80, path="/", method="GET", body=None, user=None, password=None, retries=0, *, log=None):
        return [host, port, path, method, body, user, password, retries, log]
