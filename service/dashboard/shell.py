"""What all pages share: the bar with what a role may open, templates, styles."""

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Flask, current_app, request

from service.dashboard.access import ROLE_NEEDED, signed_in
from service.people.roles import Role, at_least

bp = Blueprint(
    "dashboard",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/desk",
)
_ENTRIES: Final = {
    "/": "Queue",
    "/batch": "Batch",
    "/second": "Second look",
    "/statistics": "Statistics",
    "/rules": "Rules",
    "/people": "People",
    "/keys": "Keys",
    "/webhooks": "Webhooks",
    "/models": "Models",
    "/audit": "Audit",
    "/try": "Try",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One page in the bar; ``here`` marks the one that is open, or the one it belongs to."""

    label: str
    address: str
    here: bool


def shared() -> dict[str, object]:
    """What every template is given: ``who``, the person signed in, and ``entries``, the bar."""
    if (
        request.blueprint == "pages"
    ):  # the try page has a head of its own and asks nobody to sign in
        return {}
    who = signed_in()
    return {"who": who, "entries": entries_for(who.role) if who else []}


def entries_for(role: Role) -> list[Entry]:
    """The pages that ``role`` may open, of those that there are: each view says whom it needs."""
    needed = _roles_needed(current_app)
    open_now = _here(request.path)
    return [
        Entry(label, address, address == open_now)
        for address, label in _ENTRIES.items()
        if address in needed and at_least(role, needed[address])
    ]


def _here(path: str) -> str:
    if path.startswith("/comments/"):
        return "/"
    return "/" + path.split("/")[1]


def _roles_needed(app: Flask) -> dict[str, Role]:
    return {
        rule.rule: getattr(app.view_functions[rule.endpoint], ROLE_NEEDED, "viewer")
        for rule in app.url_map.iter_rules()
        if rule.rule in _ENTRIES and "GET" in (rule.methods or ())
    }
