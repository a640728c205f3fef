"""JSON log lines on standard error: no comment, no key, a request id on each line of a request."""

import logging
import re
import sys
from typing import Final

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_SECRETS: Final = re.compile(r"(?i)((?:[?&]|\b)key=|\bbearer[ +]|%3fkey=)[^\s&\"'\\]+")


def scrub(text: str) -> str:
    """``text`` with the value of every ``key=`` and every bearer token blanked."""
    return _SECRETS.sub(r"\1***", text)


def configure(level: str) -> None:
    """Send the lines of structlog and of the standard ``logging`` at ``level`` or over to stderr."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _scrub_all,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _scrub_all(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    return {name: scrub(v) if isinstance(v, str) else v for name, v in event.items()}
