"""The roles, each of which may also do what those before it may."""

from typing import Final, Literal, get_args

Role = Literal["viewer", "moderator", "editor", "admin"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
MEANINGS: Final[dict[Role, str]] = {
    "viewer": "reads",
    "moderator": "also decides about comments",
    "editor": "also changes rules, decides batches, exports labels",
    "admin": "also changes people, keys, webhooks and models, and erases",
}


def role_of(text: str) -> Role | None:
    """The role of that name, or None where there is none."""
    return next((role for role in ROLES if role == text), None)


def at_least(role: Role, needed: Role) -> bool:
    """Whether somebody of ``role`` may do what ``needed`` may."""
    return ROLES.index(role) >= ROLES.index(needed)
