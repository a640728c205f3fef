"""Calls that the service makes: only to hosts that the operator allowed, at an address looked up once.

A URL that a caller sends could otherwise make this machine speak to its own network (server-side
request forgery). The name is resolved once, the address is judged, and the connection goes to that
same address, so that a name cannot change its mind in between. Redirects are not followed.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

_PORTS: Final = {"http": 80, "https": 443}
TIMEOUT_S: Final = 10.0
# From the request's first byte to the answer's status: who answers a byte at a time is cut off.
DEADLINE_S: Final = 20.0


class OutboundRefused(Exception):
    """The address may not be called; the message says why and does not quote it."""


class OutboundFailed(Exception):
    """The call was made, or tried, and did not succeed."""


@dataclass(frozen=True, slots=True)
class Fence:
    """Where calls may go: ``host`` (on its scheme's usual port) or ``host:port``, in lower case."""

    hosts: frozenset[str]
    private: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """An allowed address, not yet looked up."""

    scheme: str
    host: str
    port: int
    path: str


def fence_of(hosts: str, *, private: bool) -> Fence:
    """The fence that the comma-separated ``hosts`` make."""
    named = (host.strip().lower() for host in hosts.split(","))
    return Fence(frozenset(host for host in named if host), private)


def target_of(url: str, fence: Fence) -> Target:
    """Where ``url`` leads; raises ``OutboundRefused`` unless ``fence`` allows its host and port."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise OutboundRefused("is not a URL") from None
    host = (parts.hostname or "").lower()
    if parts.scheme not in _PORTS or not host:
        raise OutboundRefused("is not an http or https URL")
    if parts.username is not None or parts.password is not None:
        raise OutboundRefused("holds a user name or a password")
    if not url.isascii() or not url.isprintable() or " " in url:
        raise OutboundRefused("holds characters that a URL must not hold")
    usual = _PORTS[parts.scheme]
    named = {f"{host}:{port or usual}"} | ({host} if port in (None, usual) else set())
    if fence.hosts.isdisjoint(named):
        raise OutboundRefused("names a host that is not in COMITY_OUTBOUND_HOSTS")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port or usual, path)


def post(target: Target, body: bytes, *, headers: Mapping[str, str], fence: Fence) -> int:
    """Send ``body`` and return the status of the answer.

    Raises ``OutboundRefused`` where the host's address is private and the fence keeps those out,
    ``OutboundFailed`` where no answer came.
    """
    try:
        connection = _connected(target, fence)
        try:
            with _until(connection.sock, DEADLINE_S):
                connection.request("POST", target.path, body, dict(headers))
                return connection.getresponse().status
        finally:
            connection.close()
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise OutboundFailed(type(error).__name__) from error


def _connected(target: Target, fence: Fence) -> http.client.HTTPConnection:
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    if not fence.private and not all(map(is_public, addresses)):
        raise OutboundRefused("leads to a private address, see COMITY_OUTBOUND_PRIVATE")
    plain = socket.create_connection((addresses[0], target.port), timeout=TIMEOUT_S)
    if target.scheme == "http":
        connection = http.client.HTTPConnection(target.host, target.port, timeout=TIMEOUT_S)
        connection.sock = plain
        return connection
    context = ssl.create_default_context()
    try:
        wrapped = context.wrap_socket(plain, server_hostname=target.host)
    except OSError:
        plain.close()
        raise
    secure = http.client.HTTPSConnection(
        target.host, target.port, timeout=TIMEOUT_S, context=context
    )
    secure.sock = wrapped
    return secure


@contextmanager
def _until(connected: socket.socket, seconds: float) -> Iterator[None]:
    """Shut the connection down after ``seconds``; its own timeout counts from each byte."""

    def shut() -> None:
        with suppress(OSError):  # closed already
            socket.socket.shutdown(connected, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, shut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def is_public(address: str) -> bool:
    """Whether ``address`` can be anywhere on the internet: not loopback, private or reserved."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is not None:
            return is_public(str(inner))
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)))
    return ip.is_global and not ip.is_multicast


_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
