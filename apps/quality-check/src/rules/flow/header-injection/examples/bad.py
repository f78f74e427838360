from http.server import BaseHTTPRequestHandler


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        # ruleid: header-injection
        self.send_header("X-Path", self.path)
        self.end_headers()
