"""``python namespace.py FOLDER``, run in mount and network namespaces of its own.

In there the name commentanalyzer.googleapis.com leads to a served Comity, by a hosts file that only
this namespace sees and a certificate of a test's own authority; nothing else can be reached. Commands
are read from standard input, a JSON list a line; each is run, and answered by a JSON object.
"""

import fcntl
import json
import os
import selectors
import socket
import ssl
import struct
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import trustme

HOST = "commentanalyzer.googleapis.com"
PORT = 8080
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _UP = 0x8913, 0x8914, 1
_CHUNK = 65_536


def bring_loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        asked = struct.pack("16sh", b"lo", 0)
        flags = struct.unpack("16sh", fcntl.ioctl(probe, _SIOCGIFFLAGS, asked)[:18])[1]
        fcntl.ioctl(probe, _SIOCSIFFLAGS, struct.pack("16sh", b"lo", flags | _UP))


def name_the_host_ours(folder: Path) -> None:
    hosts = folder / "hosts"
    hosts.write_text(f"127.0.0.1 localhost {HOST}\n")
    subprocess.run(["mount", "--bind", hosts, "/etc/hosts"], check=True)


def make_certificates(folder: Path) -> ssl.SSLContext:
    """A server's context; the authority's certificate is left in ca.pem."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(context)
    return context


def serve(folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", "from service.cli import main; main()", "serve"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL
        )
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/readyz", timeout=5).close()
            return process
        except OSError as error:
            if process.poll() is not None:
                raise RuntimeError((folder / "log").read_text()) from error
            threading.Event().wait(0.1)
    raise RuntimeError("Comity did not come up")


def relay(context: ssl.SSLContext) -> None:
    """Take TLS at port 443 and pass the bytes on."""
    listener = socket.create_server(("127.0.0.1", 443))
    while True:
        raw, _ = listener.accept()
        threading.Thread(target=_relay_one, args=(context, raw), daemon=True).start()


def _relay_one(context: ssl.SSLContext, raw: socket.socket) -> None:
    far = socket.create_connection(("127.0.0.1", PORT))
    with far, context.wrap_socket(raw, server_side=True) as near:
        choose = selectors.DefaultSelector()
        choose.register(near, selectors.EVENT_READ, far)
        choose.register(far, selectors.EVENT_READ, near)
        while True:
            # What TLS has decrypted already shows on no socket.
            ready = [(near, far)] if near.pending() else _ready(choose)
            for source, sink in ready:
                content = source.recv(_CHUNK)
                if not content:
                    return
                sink.sendall(content)


def _ready(choose: selectors.BaseSelector) -> list[tuple[socket.socket, socket.socket]]:
    return [(key.fileobj, key.data) for key, _ in choose.select()]


def main(folder: Path) -> None:
    bring_loopback_up()
    name_the_host_ours(folder)
    context = make_certificates(folder)
    process = serve(folder)
    try:
        threading.Thread(target=relay, args=(context,), daemon=True).start()
        print(json.dumps({"ready": True}), flush=True)
        for line in sys.stdin:
            done = subprocess.run(
                json.loads(line),
                cwd=folder,
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            told = {"code": done.returncode, "out": done.stdout, "err": done.stderr}
            print(json.dumps(told), flush=True)
    finally:
        process.terminate()
        process.wait(timeout=60)


if __name__ == "__main__":
    os.umask(0o077)
    main(Path(sys.argv[1]))
