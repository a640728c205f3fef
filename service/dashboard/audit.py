"""/audit: who changed what, for admins."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from service.dashboard.access import needs, person
from service.errors import InvalidField
from service.parts import parts
from service.people import audit

bp = Blueprint("audit", __name__)


@bp.get("/audit")
@needs("admin")
def audit_page() -> ResponseReturnValue:
    """The newest entries of the site, or those before the number ``before``."""
    asked = request.args.get("before")
    before = None if asked is None else _number(asked)
    with parts().store.reading() as session:
        page = audit.page(session, person().site, before=before)
        return render_template("audit.html", page=page, before=before)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise InvalidField("before must be the number of an entry", field="before")
    return int(text)
