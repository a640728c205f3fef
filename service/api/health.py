"""Whether the service is alive, whether it can score, and what it has counted."""

import structlog
from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from service.api.document import Described
from service.errors import NotReady
from service.parts import parts
from service.webhooks import figures

log = structlog.get_logger()
bp = Blueprint("health", __name__)


class Alive(BaseModel):
    """The process answers."""

    status: str


class Ready(BaseModel):
    """A verified bundle is loaded."""

    status: str
    model: str


@bp.get("/healthz")
@Described("Whether the process answers", tag="Operation", reply=Alive, needs_key=False)
def healthz() -> Response:
    """200 as long as the process answers, with or without a bundle."""
    return jsonify(Alive(status="ok").model_dump())


@bp.get("/readyz")
@Described(
    "Whether a verified bundle is loaded",
    tag="Operation",
    reply=Ready,
    refusals=(NotReady,),
    needs_key=False,
)
def readyz() -> Response:
    """200 with the bundle's version, or 503 with the reason why there is none."""
    return jsonify(Ready(status="ready", model=parts().ready_scorer().version).model_dump())


@bp.get("/metrics")
@Described("Counts and latencies in Prometheus' text format", tag="Operation", needs_key=False)
def metrics() -> Response:
    """The meters of all processes that serve, and what the store knows of webhooks."""
    return Response(parts().meters.exposition(*_in_store()), content_type=CONTENT_TYPE_LATEST)


def _in_store() -> list[Collector]:
    """The meters that are in the store; none where it does not answer, so that the rest is seen."""
    try:
        with parts().store.reading() as session:
            return [figures.collector(session)]
    except (DBAPIError, PoolTimeout) as error:
        log.error("store unavailable", error=type(error).__name__)
        return []
