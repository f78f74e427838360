from http.server import BaseHTTPRequestHandler
from urllib.parse import quote


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        # ok: header-injection
        self.send_header("X-Path", quote(self.path))
        # ok: header-injection
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
