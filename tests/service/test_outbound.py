"""Calls that the service makes, and the fence around them."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from service.outbound import (
    Fence,
    OutboundFailed,
    OutboundRefused,
    Target,
    fence_of,
    is_public,
    post,
    target_of,
)

FENCE = fence_of(" osmod.example , Backend.example:8080,", private=False)


def test_the_setting_is_read_without_blanks_and_case() -> None:
    assert FENCE.hosts == {"osmod.example", "backend.example:8080"}
    assert fence_of("", private=True) == Fence(frozenset(), private=True)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://osmod.example/a?b=c#d", Target("https", "osmod.example", 443, "/a?b=c")),
        ("http://OSMOD.example", Target("http", "osmod.example", 80, "/")),
        ("https://osmod.example:443/", Target("https", "osmod.example", 443, "/")),
        ("http://backend.example:8080/x", Target("http", "backend.example", 8080, "/x")),
    ],
)
def test_an_allowed_host_is_a_target(url: str, target: Target) -> None:
    assert target_of(url, FENCE) == target


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://other.example/", "COMITY_OUTBOUND_HOSTS"),
        ("https://osmod.example.evil.example/", "COMITY_OUTBOUND_HOSTS"),
        ("https://osmod.example:8443/", "COMITY_OUTBOUND_HOSTS"),
        ("http://backend.example/", "COMITY_OUTBOUND_HOSTS"),
        ("https://osmod.example@evil.example/", "user name"),
        ("https://user:word@osmod.example/", "user name"),
        ("file:///etc/passwd", "http or https"),
        ("//osmod.example/", "http or https"),
        ("https:///x", "http or https"),
        ("https://osmod.example:port/", "not a URL"),
        ("https://[osmod.example/", "not a URL"),
        ("https://osmod.example/a b", "characters"),
        ("https://osmod.example/a\r\nX: y", "characters"),
        ("https://osmod.example/é", "characters"),
    ],
)
def test_any_other_url_is_refused_and_not_quoted(url: str, why: str) -> None:
    with pytest.raises(OutboundRefused, match=why) as said:
        target_of(url, FENCE)
    assert "example" not in str(said.value)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::5db8:d822", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_private_addresses_are_known_in_every_dress(address: str, public: bool) -> None:
    assert is_public(address) is public


class Receiver(BaseHTTPRequestHandler):
    received: list[tuple[str, bytes, dict[str, str]]]

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        self.received.append((self.path, raw, dict(self.headers)))
        self.send_response(302 if self.path == "/moved" else 200)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def receiver() -> Iterator[HTTPServer]:
    Receiver.received = []
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def to(receiver: HTTPServer, *, private: bool = True, path: str = "/x") -> tuple[Target, Fence]:
    host = f"localhost:{receiver.server_port}"
    fence = fence_of(host, private=private)
    return target_of(f"http://{host}{path}", fence), fence


def test_the_body_and_headers_arrive(receiver: HTTPServer) -> None:
    target, fence = to(receiver)
    assert post(target, b"{}", headers={"X-A": "b"}, fence=fence) == 200
    path, raw, headers = Receiver.received[0]
    assert (path, raw, headers["X-A"]) == ("/x", b"{}", "b")
    assert headers["Host"] == f"localhost:{receiver.server_port}"


def test_a_private_address_is_refused_unless_allowed(receiver: HTTPServer) -> None:
    target, fence = to(receiver, private=False)
    with pytest.raises(OutboundRefused, match="private address"):
        post(target, b"{}", headers={}, fence=fence)
    assert Receiver.received == []


def test_a_redirect_is_not_followed(receiver: HTTPServer) -> None:
    target, fence = to(receiver, path="/moved")
    assert post(target, b"{}", headers={}, fence=fence) == 302
    assert len(Receiver.received) == 1


def test_the_name_is_looked_up_once(receiver: HTTPServer, monkeypatch) -> None:
    looked_up: list[str] = []
    found = socket.getaddrinfo

    def counting(host: str, *more: object, **named: object) -> object:
        looked_up.append(host)
        return found(host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", counting)
    target, fence = to(receiver)
    post(target, b"{}", headers={}, fence=fence)
    assert [host for host in looked_up if host == "localhost"] == ["localhost"]


def test_nobody_there_is_a_failure_and_says_no_address() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # not listening: a connection is refused
        host = f"127.0.0.1:{taken.getsockname()[1]}"
        fence = fence_of(host, private=True)
        with pytest.raises(OutboundFailed, match="ConnectionRefusedError"):
            post(target_of(f"http://{host}/", fence), b"", headers={}, fence=fence)


def test_a_server_that_does_not_speak_tls_is_a_failure(receiver: HTTPServer) -> None:
    target, fence = to(receiver)
    with pytest.raises(OutboundFailed):
        post(Target("https", target.host, target.port, "/"), b"", headers={}, fence=fence)
