"""What the tests of the server share: plain requests, a slow encoder, a proxy."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from tests.conftest import BigramEncoder, Vectors


@dataclass(frozen=True)
class Answered:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> str:
        return str(self.json["error"])


def fetch(
    address: str, path: str, *, method: str = "GET", body: bytes | None = None, **headers: str
) -> Answered:
    """One request, its path sent as it is; ``accept_language="en"`` becomes a header."""
    place = urlsplit(address)
    connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=20)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, path, body, named)
        reply = connection.getresponse()
        given = {name.lower(): value for name, value in reply.getheaders()}
        return Answered(reply.status, given, reply.read())
    finally:
        connection.close()


def post(address: str, path: str, value: object, **headers: str) -> Answered:
    """A POST of JSON."""
    body = json.dumps(value).encode()
    return fetch(
        address, path, method="POST", body=body, content_type="application/json", **headers
    )


def run(address: str, name: str, *values: object, **headers: str) -> Answered:
    """A call of an endpoint."""
    return post(address, f"/gradio_api/run/{name}", {"data": values}, **headers)


def upload(address: str, files: Mapping[str, bytes], **headers: str) -> Answered:
    """An upload of files by name."""
    parts = [
        b'--XX\r\nContent-Disposition: form-data; name="files"; filename="%s"\r\n'
        b"Content-Type: application/octet-stream\r\n\r\n%s\r\n" % (name.encode(), content)
        for name, content in files.items()
    ]
    body = b"".join(parts) + b"--XX--\r\n"
    kind = "multipart/form-data; boundary=XX"
    return fetch(
        address, "/gradio_api/upload", method="POST", body=body, content_type=kind, **headers
    )


class SlowEncoder(BigramEncoder):
    """Answers once it may; tells how many questions have come."""

    def __init__(self) -> None:
        super().__init__()
        self.may = threading.Event()
        self.may.set()
        self.asked = threading.Semaphore(0)

    def encode_question(self, question: str) -> Vectors:
        self.asked.release()
        self.may.wait(20)
        return super().encode_question(question)


@contextmanager
def proxied(address: str, prefix: str) -> Iterator[str]:
    """A reverse proxy that shows ``address`` under a prefix, which it takes off, as nginx does."""
    target = urlsplit(address)

    class Proxy(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """Passes a request on and its reply back, piece by piece."""
            if not self.path.startswith(prefix + "/"):
                self.send_error(404)
                return
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            out = http.client.HTTPConnection(str(target.hostname), target.port, timeout=60)
            headers = {**dict(self.headers), "X-Forwarded-Host": self.headers["host"]}
            out.request(self.command, self.path.removeprefix(prefix), body, headers)
            reply = out.getresponse()
            self.send_response_only(reply.status)
            for name, value in reply.getheaders():
                if name.lower() not in ("transfer-encoding", "connection", "content-length"):
                    self.send_header(name, value)
            self.send_header("Connection", "close")
            self.end_headers()
            while piece := reply.read1(65536):
                self.wfile.write(piece)
                self.wfile.flush()
            self.close_connection = True
            out.close()

        do_POST = do_GET  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}{prefix}"
    server.shutdown()
    server.server_close()
