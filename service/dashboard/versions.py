"""/models: the version that speaks and those that are held."""

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from service.dashboard.access import needs
from service.errors import NotFound
from service.held import CARD, described, lineage_of
from service.parts import parts

bp = Blueprint("versions", __name__)


@bp.get("/models")
@needs("viewer")
def models_page() -> ResponseReturnValue:
    """Each version with its thresholds, figures and lineage; the one that speaks comes first."""
    given = parts()
    speaking = given.scorer.version if given.scorer else None
    held = [described(folder) for folder in given.versions.held()]
    held.sort(key=lambda one: one.version != speaking)  # stable: the others stay newest first
    return render_template(
        "models.html",
        speaking=speaking,
        fault=None if given.scorer else given.fault,
        held=[(one, lineage_of(one.manifest) if one.manifest else []) for one in held],
    )


@bp.get("/models/<version>/card")
@needs("viewer")
def card(version: str) -> ResponseReturnValue:
    """The version's card as it is written, as plain text."""
    folder = parts().versions.folder(version)
    if folder is None or not (folder / CARD).is_file():
        raise NotFound("no version of that name with a card is held here")
    text = (folder / CARD).read_text("utf-8", errors="replace")
    return Response(text, mimetype="text/plain")
