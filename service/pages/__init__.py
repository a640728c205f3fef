"""The page on which a person types a comment and sees how it reads."""

from flask import Blueprint, render_template

from model.labels import LABELS
from service.parts import parts

bp = Blueprint(
    "pages",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)


@bp.get("/try")
def try_page() -> str:
    """The page's shell: labels with meaning and threshold, and whether a key is asked for."""
    given = parts()
    thresholds = given.scorer.thresholds if given.scorer else {}
    labels = [
        {"name": label.name, "meaning": label.meaning, "threshold": thresholds.get(label.name)}
        for label in LABELS
    ]
    return render_template(
        "try.html",
        labels=labels,
        fault=given.fault if given.scorer is None else None,
        version=given.scorer.version if given.scorer else None,
        needs_key=not given.settings.keyless,
    )
