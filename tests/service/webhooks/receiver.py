"""A receiver of webhooks, in a thread, that answers as a test wants."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Received:
    """One post."""

    raw: bytes
    headers: dict[str, str]

    @property
    def body(self) -> dict[str, object]:
        return json.loads(self.raw)

    @property
    def comment(self) -> object:
        return self.body.get("comment")

    def is_signed(self, secret: str) -> bool:
        """As a receiver would compute it, without any code of ours."""
        parts = dict(part.split("=") for part in self.headers["Comity-Signature"].split(","))
        signed = parts["t"].encode() + b"." + self.raw
        digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
        return parts["v1"] == digest


class Receiver:
    """Remembers each post and answers ``status``, or what ``answers`` has for its comment."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.received: list[Received] = []
        self.status = 200
        self.answers: dict[object, int] = {}
        self.holding = threading.Event()
        self.arrived = threading.Event()
        self.holding.set()

    @property
    def host(self) -> str:
        return f"localhost:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}/hook"

    @property
    def comments(self) -> list[object]:
        return [one.comment for one in self.received]

    def take(self, one: Received) -> int:
        self.received.append(one)
        self.arrived.set()
        self.holding.wait(20)
        return self.answers.get(one.comment, self.status)


@contextmanager
def receiving(port: int = 0) -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            status = receiver.take(Received(raw, dict(self.headers)))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    receiver = Receiver(server.server_port)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield receiver
    finally:
        receiver.holding.set()
        server.shutdown()
        thread.join()
        server.server_close()
