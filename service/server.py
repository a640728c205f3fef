"""``comity serve``: gunicorn with threads. The scorer is made in each worker, after the fork.

Gunicorn calls the processes that serve workers. *The* worker, ``comity worker``, is one process beside
them (service/supervisor.py).
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from typing import Any, Final

import gunicorn.app.base
import gunicorn.glogging
import structlog
from flask import Flask
from gunicorn.arbiter import Arbiter
from gunicorn.config import Config

from service import connections, logs
from service.opening import FIRST_NAME, Opening
from service.settings import Settings
from service.supervisor import Supervisor, TendingArbiter

# Threads beside those that score or wait to: for /healthz, pages and the answer 503.
SPARE_THREADS: Final = 4
BOOT_TIMEOUT_S: Final = 120
KEEPALIVE_S: Final = 5
_SHARED_METERS: Final = "PROMETHEUS_MULTIPROC_DIR"

Make = Callable[[Settings], Flask]


class _JsonLog(gunicorn.glogging.Logger):
    """Gunicorn's own lines through the root logger, in JSON; requests are logged by the application."""

    def setup(self, cfg: Config) -> None:
        """Leave the lines to the root logger, without the words that an exception may quote."""
        self.error_log.propagate = True
        self.error_log.addFilter(connections.name_exceptions)
        self.error_log.setLevel(cfg.loglevel.upper())
        self.access_log.disabled = True


class Server(gunicorn.app.base.BaseApplication):
    """The gunicorn application: ``make`` builds the Flask application in each worker process."""

    def __init__(
        self,
        settings: Settings,
        make: Make,
        *,
        announce: Callable[[str], None],
        supervisor: Supervisor | None = None,
    ) -> None:
        self._settings = settings
        self._make = make
        self._announce = announce
        self._supervisor = supervisor
        super().__init__()

    def load_config(self) -> None:
        """Hand our settings to gunicorn; its own file and variables are not read."""
        options = _options(self._settings, self._announce, self._supervisor)
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:  # type: ignore[override]  # a Flask application is a WSGI callable
        """The application of one worker; gunicorn calls it after the fork."""
        return self._make(self._settings)

    def run(self) -> None:
        """Serve until a signal stops it."""
        if self._supervisor is None:
            super().run()
        else:
            TendingArbiter(self, self._supervisor).run()


def make_app(settings: Settings) -> Flask:
    """The application over the champion's bundle, or over the reason why there is none."""
    # Imported in the worker, after the fork: inference engines start threads when they are imported,
    # and prometheus_client looks at its environment.
    from model.scorer import load_scorer  # noqa: PLC0415
    from service.app import create_app  # noqa: PLC0415
    from service.loading import CANNOT_SPEAK, why  # noqa: PLC0415
    from service.parts import make_parts  # noqa: PLC0415
    from service.registry import champion  # noqa: PLC0415

    try:
        scorer = load_scorer(
            champion(settings.models_folder),
            threads=settings.engine_threads,
            engine=settings.engine,
            default_language=settings.language,
        )
        scorer.warm_up()
    except CANNOT_SPEAK as error:
        structlog.get_logger().error("no bundle", reason=why(error))
        return create_app(make_parts(settings, None, fault=why(error)))
    return create_app(make_parts(settings, scorer))


def serve(
    settings: Settings,
    opening: Opening,
    *,
    make: Make = make_app,
    worker: Sequence[str] | None = None,
) -> None:
    """Run the service until a signal stops it; requests that are being answered are finished.

    ``worker`` is the command of the worker beside it; without one there is none.
    """
    logs.configure(settings.log_level)
    _share_meters(settings)

    def announce(url: str) -> None:
        print(_greeting(url, opening), flush=True)

    supervisor = Supervisor(worker) if worker else None
    Server(settings, make, announce=announce, supervisor=supervisor).run()


def _greeting(url: str, opening: Opening) -> str:
    lines = [f"Comity listens on {url}"]
    if opening.fresh_key:
        lines.append(f"API key, shown this once and kept in {opening.first_login}:")
        lines.append(opening.fresh_key)
    if opening.fresh_password:
        lines.append(f"Sign in at {url} as {FIRST_NAME}, with this password, kept there as well:")
        lines.append(opening.fresh_password)
    if len(lines) == 1 and opening.first_login:
        lines.append(f"The first login and API key are in {opening.first_login}")
    return "\n".join(lines)


def _options(
    settings: Settings, announce: Callable[[str], None], supervisor: Supervisor | None
) -> dict[str, Any]:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return {
        "bind": f"{host}:{settings.port}",
        "workers": settings.workers,
        "worker_class": connections.Worker,
        "threads": settings.threads + settings.max_waiting + SPARE_THREADS,
        "graceful_timeout": settings.graceful_timeout,
        "timeout": BOOT_TIMEOUT_S,
        "keepalive": KEEPALIVE_S,
        "loglevel": settings.log_level,
        "logger_class": _JsonLog,
        "control_socket_disable": True,
        "umask": 0o077,
        "child_exit": _forget_meters,
        "on_exit": lambda _arbiter: _clear_up(settings, supervisor),
        "when_ready": lambda arbiter: announce(_url(arbiter)),
    }


def _url(arbiter: Arbiter) -> str:
    host, port = arbiter.LISTENERS[0].sock.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _share_meters(settings: Settings) -> None:
    """Name a folder through which several workers share their meters; one worker needs none."""
    if settings.workers == 1:
        return
    if "prometheus_client" in sys.modules:
        raise RuntimeError("prometheus_client was imported before its folder was named")
    os.environ[_SHARED_METERS] = tempfile.mkdtemp(prefix="comity-meters-")


def _clear_up(settings: Settings, supervisor: Supervisor | None) -> None:
    """Stop the worker and remove the meters' folder; only the parent process calls this, and last."""
    if supervisor is not None:
        supervisor.stop(seconds=settings.graceful_timeout)
    if _SHARED_METERS in os.environ:
        shutil.rmtree(os.environ.pop(_SHARED_METERS))


def _forget_meters(_arbiter: Arbiter, worker: Any) -> None:
    if _SHARED_METERS in os.environ:
        from prometheus_client.multiprocess import mark_process_dead  # noqa: PLC0415

        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
