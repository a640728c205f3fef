"""The processes that are compared: each contender as a web service and as an archive worker."""

import http.client
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

START_TIMEOUT_S: Final = 120
STOP_TIMEOUT_S: Final = 20
SERVER_THREADS: Final = 8
LOG_CHARS: Final = 2_000
ROOT: Final = Path(__file__).parent.parent


class BenchError(Exception):
    """The benchmark cannot go on; the message says why."""


@dataclass(frozen=True, slots=True)
class Contender:
    """One of those compared: its short name, its title, and the interpreter that it runs on."""

    name: str
    title: str
    python: str = sys.executable

    @property
    def ours(self) -> bool:
        """Whether this is Comity itself."""
        return self.name == "comity"


class Client:
    """A caller of one web service, over a connection that stays open."""

    def __init__(self, port: int, key: str) -> None:
        """Call the service on ``port`` of this machine with an API key."""
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=START_TIMEOUT_S)
        self._headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}

    def ready(self) -> bool:
        """Return whether the service says that it can score."""
        try:
            self._http.request("GET", "/readyz")
            response = self._http.getresponse()
            response.read()
        except OSError:
            self._http.close()
            return False
        return response.status == http.HTTPStatus.OK

    def close(self) -> None:
        """Close the connection; the next call opens another."""
        self._http.close()

    def take_turn(self) -> None:
        """Open a fresh connection: servers close one that was idle while others had their turn."""
        self.close()
        if not self.ready():
            raise BenchError("a service is no longer ready")

    def seconds_for(self, text: str) -> float:
        """Score one comment and return how long it took until the last byte of the answer."""
        body = json.dumps({"comments": [{"id": "1", "text": text}]})
        begun = time.perf_counter()
        self._http.request("POST", "/v1/score", body, self._headers)
        response = self._http.getresponse()
        answer = response.read()
        seconds = time.perf_counter() - begun
        if response.status != http.HTTPStatus.OK or not json.loads(answer)["results"][0]["scores"]:
            raise BenchError(f"a comment was not scored (status {response.status})")
        return seconds


class Worker:
    """A caller of one archive worker."""

    def __init__(self, sent: IO[str], answered: IO[str]) -> None:
        """Write to ``sent``, the worker's stdin, and read from ``answered``, its stdout."""
        self._sent = sent
        self._answered = answered

    def ready(self) -> bool:
        """Wait until the worker has loaded its model; return False where it ended instead."""
        return self._answered.readline().strip() == "ready"

    def seconds_for(self, path: Path, out: Path) -> float:
        """Score the archive ``path`` into ``out`` and return how long that took."""
        print(json.dumps([str(path), str(out)]), file=self._sent, flush=True)
        answer = self._answered.readline()
        if not answer:
            raise BenchError("an archive worker ended before its archive was scored")
        return float(answer)


@contextmanager
def served(contender: Contender, bundle: Path, *, threads: int) -> Iterator[Client]:
    """Start the contender's web service, wait until it can score, and stop it at the end."""
    port, key = _free_port(), secrets.token_urlsafe(32)
    client = Client(port, key)
    with tempfile.TemporaryDirectory() as state, tempfile.TemporaryFile("w+") as log:
        environment = _environment(threads)
        if contender.ours:
            command = _comity_server(contender, port)
            environment |= _comity_settings(Path(state), bundle, key)
        else:
            command = _peer_server(contender, port, bundle, threads)
        process = subprocess.Popen(command, cwd=state, env=environment, stdout=log, stderr=log)
        try:
            _wait(contender, process, client.ready, log)
            yield client
        finally:
            client.close()
            _stop(process)


@contextmanager
def archiving(contender: Contender, bundle: Path, *, threads: int) -> Iterator[Worker]:
    """Start the contender's archive worker, wait until it is loaded, and stop it at the end."""
    module = "bench.comity_archives" if contender.ours else "bench.peer_archives"
    command = [contender.python, "-m", module, contender.name, str(bundle), str(threads)]
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            command,
            env=_environment(threads),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        worker = Worker(process.stdin, process.stdout)
        try:
            if not worker.ready():
                raise BenchError(f"{contender.title} did not start:\n{_tail(log)}")
            yield worker
        finally:
            process.stdin.close()
            process.stdout.close()
            _stop(process)


def _comity_server(contender: Contender, port: int) -> list[str]:
    start = "from service.cli import main; main()"
    return [contender.python, "-c", start, "serve", "--host", "127.0.0.1", "--port", str(port)]


def _peer_server(contender: Contender, port: int, bundle: Path, threads: int) -> list[str]:
    application = f"bench.answering:create_app({contender.name!r}, {str(bundle)!r}, {threads})"
    options = ["--workers", "1", "--threads", str(SERVER_THREADS), "--timeout", "0"]
    address = ["--bind", f"127.0.0.1:{port}"]
    return [contender.python, "-m", "gunicorn", *options, *address, application]


def _comity_settings(state: Path, bundle: Path, key: str) -> dict[str, str]:
    """Settings of a service with an empty store, one key and ``bundle`` as its champion."""
    models = state / "models"
    models.mkdir()
    (models / "champion").symlink_to(bundle, target_is_directory=True)
    return {
        "COMITY_STATE_DIR": str(state),
        "COMITY_MODELS_DIR": str(models),
        "COMITY_BOOTSTRAP_KEY": key,
        "COMITY_WORKERS": "1",
        "COMITY_THREADS": str(SERVER_THREADS),
    }


def _environment(threads: int) -> dict[str, str]:
    """This process's environment, without its own settings, and the same thread count for all."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COMITY_")}
    return kept | {
        "COMITY_INFERENCE_THREADS": str(threads),
        "OMP_NUM_THREADS": str(threads),
        "TOKENIZERS_PARALLELISM": "false",
        "PYTHONPATH": str(ROOT),
    }


def _wait(
    contender: Contender,
    process: subprocess.Popen[bytes],
    ready: Callable[[], bool],
    log: IO[str],
) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise BenchError(f"{contender.title} did not start:\n{_tail(log)}")
        time.sleep(0.1)


def _tail(log: IO[str]) -> str:
    log.seek(0)
    return log.read()[-LOG_CHARS:]


def _stop(process: subprocess.Popen[bytes] | subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
