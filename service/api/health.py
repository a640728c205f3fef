"""Whether the service is alive, whether it can score, and what it has counted."""

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel

from service.api.document import Described
from service.errors import NotReady
from service.parts import parts

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
    """The meters of all worker processes."""
    return Response(parts().meters.exposition(), content_type=CONTENT_TYPE_LATEST)
